using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Tests.Commands.Keys;

public sealed class KeysDestroyTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator(("retention.minimumDays", "90"));
    private readonly string _key;

    /// <summary>The first key was retired 100 days ago.</summary>
    public KeysDestroyTests()
    {
        _key = _machine.Stored!.Ring.Active.Id.Text;
        _machine.Rotate();
        _machine.Time.Advance(TimeSpan.FromDays(100));
    }

    private string Destroy => $"keys destroy {_key} --evidence {Evidence(0)}";

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task KeysDestroy_OfAKeyThatNothingNeeds_IsPlanThenApply()
    {
        var plan = (await Verb.Run(_machine, Destroy)).Exits(0);
        var digest = plan.Out.TrimEnd('\n').Split(' ')[^1];

        Assert.StartsWith("plan:  ", plan.Out, StringComparison.Ordinal);
        Assert.EndsWith(
            $"\nnothing was changed; to carry it out: --apply {digest}\n",
            plan.Out,
            StringComparison.Ordinal
        );
        Assert.Empty(plan.Asked);
        Assert.Equal(KekState.Retired, State());

        var applied = (await Verb.Run(_machine, $"{Destroy} --apply {digest}", TestMachine.Passphrase)).Exits(0);

        Assert.StartsWith("done:  ", applied.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--apply", applied.Out, StringComparison.Ordinal);
        Assert.Equal(KekState.Destroyed, State());
        Assert.Equal([_machine.RingFile(3)], Directory.GetFiles(Path.GetDirectoryName(_machine.RingFile(3))!));
        var again = (await Verb.Run(_machine, $"{Destroy} --apply {digest}")).Exits(0);
        Assert.Equal("done:  KEY1 is destroyed already\n", again.Page);
    }

    [Fact]
    public async Task KeysDestroy_StoppedBeforeTheOlderGenerationsWent_FinishesWhenRunAgain()
    {
        var older = File.ReadAllBytes(_machine.RingFile(2));
        var report = (await Verb.Run(_machine, $"{Destroy} -o json")).Exits(0).Report(AdminJson.Default.DestroyReport);
        (await Verb.Run(_machine, $"{Destroy} --apply {report.Digest}", TestMachine.Passphrase)).Exits(0);
        File.WriteAllBytes(_machine.RingFile(2), older);
        File.SetUnixFileMode(_machine.RingFile(2), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await Verb.Run(_machine, Destroy)).Exits(0);
        Assert.True(File.Exists(_machine.RingFile(2)));
        (await Verb.Run(_machine, $"{Destroy} --apply {report.Digest}")).Exits(0);

        Assert.False(File.Exists(_machine.RingFile(2)));
    }

    [Fact]
    public async Task KeysDestroy_ThatMustNotBe_ChangesNothing()
    {
        var plan = (await Verb.Run(_machine, $"{Destroy} -o json")).Exits(0).Report(AdminJson.Default.DestroyReport);
        var active = _machine.Stored!.Ring.Active.Id.Text;
        var nothing = _machine.Write("nothing.json", "{}");
        var before = _machine.Contents();

        (await Verb.Run(_machine, $"keys destroy {active} --evidence {Evidence(0)}")).Fails(3, "is active");
        (await Verb.Run(_machine, $"keys destroy {_key} --evidence {Evidence(7)}")).Fails(
            3,
            "7 objects are still under"
        );
        (await Verb.Run(_machine, $"keys destroy k1.none --evidence {Evidence(0)}")).Fails(
            2,
            "the ring has no such key"
        );
        (await Verb.Run(_machine, $"keys destroy {_key} --evidence {nothing}")).Fails(2, "is no scan of EdgeKms");
        (await Verb.Run(_machine, $"{Destroy} --apply {new string('0', 64)}")).Fails(
            3,
            "the digest is not that of the plan"
        );
        (await Verb.Run(_machine, $"{Destroy} --apply {plan.Digest}", "not the passphrase")).Fails(
            4,
            "wrong passphrase"
        );

        File.Delete(Path.Combine(_machine.Root, "scan-7.json"));
        Assert.Equal(before, _machine.Contents());
    }

    // A file with several entries has our provider under several names: what of them names no key may be under this one.
    [Theory]
    [InlineData("edgekms", true)]
    [InlineData("edgekms-2", true)]
    [InlineData("other", false)]
    public async Task KeysDestroy_ObjectsThatNameNoKey_CountForEachNameOfTheProvider(string provider, bool refused)
    {
        var result = await Verb.Run(_machine, $"keys destroy {_key} --evidence {Evidence(0, _machine, provider)}");

        if (refused)
            result.Fails(3, "1 objects don't tell their key");
        else
            result.Exits(0);
    }

    [Fact]
    public async Task KeysDestroy_OfAKeyRetiredLately_IsRefused()
    {
        using var machine = TestMachine.WithAdministrator();
        machine.Rotate();
        machine.Time.Advance(TimeSpan.FromDays(89));

        var refused = await Verb.Run(
            machine,
            $"keys destroy {machine.Stored!.Ring.Header.Keys[0].Id.Text} --evidence {Evidence(0, machine)}"
        );

        refused.Exits(3);
        Assert.Contains("retention.minimumDays is 90", refused.Error, StringComparison.Ordinal);
    }

    private KekState State() => _machine.Store.Load().Header.Keys[0].State;

    private string Evidence(int objects) => Evidence(objects, _machine);

    private static string Evidence(int objects, TestMachine machine, string? nameless = null)
    {
        var header = machine.Stored!.Ring.Header;
        var key = header.Keys[0].Id.Text;
        var scan = new ScanReport(
            ScanReport.CurrentFormat,
            machine.Time.GetUtcNow().UtcDateTime,
            "etcd",
            "/registry",
            header.Id.Text,
            "edgekms",
            header.Active.Id.Text,
            "all",
            ["secrets"],
            objects,
            [
                new ScanCount("secrets", "kms-v2", "k8s:enc:kms:v2:edgekms:", "edgekms", key, objects, "stale", false),
                .. nameless is null
                    ? Array.Empty<ScanCount>()
                    :
                    [
                        new ScanCount(
                            "secrets",
                            "kms-v1",
                            $"k8s:enc:kms:v1:{nameless}:",
                            nameless,
                            null,
                            1,
                            "kms-v1",
                            false
                        ),
                    ],
            ],
            Active: 0,
            Stale: objects,
            Foreign: 0,
            Plain: 0,
            KmsV1: 0,
            Undecided: 0,
            NotCovered: 0,
            new ScanLeftovers("etcd", 1, 0, 0, false, 0, []),
            Complete: true,
            Gaps: [],
            ExitCode: 1
        );
        return machine.Write($"scan-{objects}.json", JsonSerializer.Serialize(scan, ScanJson.Default.ScanReport));
    }
}
