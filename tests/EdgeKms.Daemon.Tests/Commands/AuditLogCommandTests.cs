using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Commands;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class AuditLogCommandTests : IDisposable
{
    private const string FileName = "audit-00000001.jsonl";
    private readonly TestMachine _machine = new(withRing: false);
    private readonly AuditLog _log;

    public AuditLogCommandTests()
    {
        LinuxDirectory.Make(_machine.Settings.StateDirectory);
        _log = AuditLog.Open(
            _machine.Settings.StateDirectory,
            new FakeTimeProvider(new DateTimeOffset(TestMachine.Start))
        );
    }

    private string File => Path.Combine(_machine.Settings.StateDirectory, "audit", FileName);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task WithoutALogAndARing_BothSayThatAndExitWithZero()
    {
        Assert.Equal("no entries\n", Show(null));
        Assert.Equal("no audit log yet\n", await Verify());
        Assert.Equal("""{"entries":[],"unreadableLines":0}""", Compact(Show(null, OutputFormat.Json)));
        Assert.Equal(
            """{"ok":true,"entries":0,"firstSequence":null,"lastSequence":null,"head":null,"tornTails":[],"""
                + "\"brokenFile\":null,\"brokenLine\":null,\"reason\":null,\"coverage\":null}",
            Compact(await Verify(null, OutputFormat.Json))
        );
    }

    [Fact]
    public void Show_OfEntries_IsOneLineEachWithoutControlCharacters()
    {
        Append();
        Assert.Equal(
            """
            2026-11-24 03:00:00 UTC  ring-created
            2026-11-24 03:00:00 UTC  key-created  generation 3  key k3.AAECAwQFBgcICQoLDA0ODw  because "?[1m?"
            2026-11-24 03:00:00 UTC  slot-added  slot 4

            """,
            Show(null)
        );
        Assert.Equal("2026-11-24 03:00:00 UTC  slot-added  slot 4\n", Show(1));
        var report = JsonSerializer.Deserialize(Show(2, OutputFormat.Json), AdminJson.Default.AuditLogReport)!;
        Assert.Equal(2, report.Entries.Count);
        Assert.Equal(
            new AuditEntryReport(
                2,
                TestMachine.Start,
                "key-created",
                null,
                3,
                "k3.AAECAwQFBgcICQoLDA0ODw",
                null,
                "because \"\u001b[1m\u202e\""
            ),
            report.Entries[0]
        );
    }

    [Fact]
    public async Task Verify_OfAWholeLog_PrintsTheHeadThatItTakes()
    {
        Append();
        var head = _log.Verify().Head!.Text;
        Assert.Equal(
            $"""
            entries    3 (number 1 to 3)
            head       {head}
            there is no key ring that it could be compared with
            ok: note the head elsewhere, --head then proves that nothing was cut off

            """,
            await Verify()
        );
        Append();
        Assert.EndsWith("ok: the noted entry 3 is in the log\n", await Verify(head));
    }

    [Fact]
    public async Task Verify_OfABrokenLog_ExitsWithDamagedAndNamesTheLine()
    {
        Append();
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("because", "Because"));
        foreach (var output in Enum.GetValues<OutputFormat>())
        {
            var to = new StringWriter();
            var failure = await Assert.ThrowsAsync<CommandException>(() => Run(null, output, to));
            Assert.Equal(ExitCode.Damaged, failure.ExitCode);
            Assert.Equal(
                $"the audit log is broken: {File} line 3: it doesn't continue from the line before it",
                failure.Message
            );
            if (output != OutputFormat.Json)
                continue;
            var report = JsonSerializer.Deserialize(to.ToString(), AdminJson.Default.AuditVerifyReport)!;
            Assert.Equal((false, 2, FileName, 3), (report.Ok, report.Entries, report.BrokenFile, report.BrokenLine));
            Assert.Null(report.Coverage);
        }
        System.IO.File.AppendAllText(File, "x\n");
        Assert.EndsWith("lines that can't be read: 1; \"edgekms audit-log verify\" says which\n", Show(null));
    }

    [Fact]
    public async Task Verify_WithATornTail_NamesTheFileAndIsOk()
    {
        Append();
        System.IO.File.AppendAllText(File, "{\"seq\"");
        Assert.Contains($"torn tail  {FileName}: a power cut stopped an entry\n", await Verify());
    }

    [Fact]
    public async Task Verify_WithAHeadThatIsGone_ExitsWithDamaged()
    {
        Append();
        var failure = await Assert.ThrowsAsync<CommandException>(() => Verify($"4:{new string('0', 64)}"));
        Assert.Equal(ExitCode.Damaged, failure.ExitCode);
        Assert.Equal("the audit log is broken: the noted line 4 is gone: the log ends before it", failure.Message);
    }

    [Fact]
    public async Task Verify_WithAHeadThatIsNone_IsAUsageError() =>
        Assert.Equal(ExitCode.Usage, (await Assert.ThrowsAsync<CommandException>(() => Verify("12"))).ExitCode);

    [Fact]
    public void EachKeyCommand_Bound_HasAnAction()
    {
        using var streams = new ScriptedStreams();
        var options = new SettingOptions();
        Assert.All(
            KeyCommand.Leaves(KeyCommand.All()),
            c =>
            {
                KeyCommandActions.Bind(c, options, TimeProvider.System, streams.Io);
                Assert.NotNull(c.Action);
            }
        );
    }

    private void Append() =>
        Assert.True(
            _log.TryAppend(
                new AuditEntry(AuditEvent.RingCreated),
                new AuditEntry(AuditEvent.KeyCreated)
                {
                    Generation = 3,
                    Key = KeyId.TryParse("k3.AAECAwQFBgcICQoLDA0ODw"),
                    Detail = "because \"\u001b[1m\u202e\"",
                },
                new AuditEntry(AuditEvent.SlotAdded) { Slot = 4 }
            )
        );

    private string Show(int? tail, OutputFormat output = OutputFormat.Text)
    {
        var to = new StringWriter();
        Assert.Equal(0, AuditLogShowRun.Run(_log, tail, output, to));
        return to.ToString();
    }

    private async Task<string> Verify(string? head = null, OutputFormat output = OutputFormat.Text)
    {
        var to = new StringWriter();
        Assert.Equal(0, await Run(head, output, to));
        return to.ToString();
    }

    private Task<int> Run(string? head, OutputFormat output, StringWriter to) =>
        AuditLogVerifyRun.Run(_log, _machine.Store, head, output, to, TestContext.Current.CancellationToken);

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
}
