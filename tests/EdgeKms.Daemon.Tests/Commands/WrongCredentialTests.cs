using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Scan;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>
/// Every verb that takes the administrator's credential, with a wrong one: the hint ends with that verb's own command, which
/// parses, and which works when it is pasted and the right secret is given.
/// </summary>
public sealed class WrongCredentialTests : IDisposable
{
    private const string Wrong = "some other passphrase";
    private const string Second = "a second passphrase";
    private const int Refused = 4;

    /// <summary>What is typed for each verb; AT is the machine's folder.</summary>
    private static readonly Dictionary<string, string> s_lines = new(StringComparer.Ordinal)
    {
        ["rotate"] = "rotate",
        ["repair"] = "repair",
        ["restore"] = @"restore AT/old.backup --force 'the board'\''s disk was swapped'",
        ["add"] = "slot add --kdf pbkdf2 --new-passphrase-file AT/new",
        ["remove"] = "slot remove 4 --new-recovery-code-file AT/new-code -o json",
        ["change-passphrase"] = "slot change-passphrase 1 --kdf=pbkdf2 --new-passphrase-file=AT/new",
        ["destroy"] = "keys destroy KEY --evidence AT/scan.json --apply DIGEST",
    };

    private static readonly string s_otherCode = OtherCode();

    private readonly TestMachine _machine = TestMachine.WithAdministrator(("retention.minimumDays", "0"));

    public static TheoryData<string> Verbs => [.. Takers().Select(c => c.Name)];

    public static TheoryData<string> VerbsWithACode =>
        [.. Takers().Where(c => Takes(c, KeyCommand.RecoveryCodeFileName)).Select(c => c.Name)];

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Table_OfTheVerbsThatTakeACredential_IsWhole() =>
        Assert.Equal(Takers().Select(c => c.Name).Order(), s_lines.Keys.Order());

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Passphrase_Wrong_IsToldTheWayOfItsVerb(string verb)
    {
        var line = await Prepare(verb);
        var inFile = await Verb.Run(_machine, $"{line} --passphrase-file {_machine.Write("wrong", Wrong)}");
        var onInput = await Verb.RunPiped(_machine, line + " --passphrase-file -", Wrong);

        Assert.Contains("edgekms: error: wrong passphrase", inFile.Exits(Refused).Error, StringComparison.Ordinal);
        Assert.Equal(inFile.Hint, onInput.Exits(Refused).Hint);
        AssertIsOf(verb, inFile);
        if (Takes(Takers().Single(c => c.Name == verb), KeyCommand.RecoveryCodeFileName))
        {
            Assert.Equal(inFile.Hint, (await Verb.Run(_machine, line, Wrong)).Exits(Refused).Hint);
            Assert.EndsWith(" --recovery-code-file -", inFile.Pasted, StringComparison.Ordinal);
        }
        // The code makes no passphrase slot anew: the removal asks for the passphrase of the one that stays.
        string[] asked = verb == "remove" ? [TestMachine.Passphrase] : [];
        (await inFile.Paste(_machine, asked, TestMachine.Code)).Exits(0);
    }

    [Theory]
    [MemberData(nameof(VerbsWithACode))]
    public async Task Code_OfAnotherRing_IsToldTheWayOfItsVerb(string verb)
    {
        var line = await Prepare(verb);
        var refused = await Verb.RunPiped(_machine, line + " --recovery-code-file -", s_otherCode);

        const string Error = "the recovery code is well-formed, but not that of th";
        Assert.Contains(Error, refused.Exits(Refused).Error, StringComparison.Ordinal);
        AssertIsOf(verb, refused);
        (await refused.Paste(_machine, [TestMachine.Passphrase])).Exits(0);
    }

    [Fact]
    public async Task Rotate_WithoutATokenAndAWrongPassphrase_IsToldHowToGiveTheCode()
    {
        var line = await Prepare("rotate");
        File.Delete(_machine.Settings.NodeTokenFile);

        var refused = (await Verb.Run(_machine, line, Wrong)).Exits(Refused);

        Assert.DoesNotContain("--recovery-code-file", refused.Hint, StringComparison.Ordinal);
        Assert.Contains(
            "an empty passphrase at the terminal asks for the recovery code",
            refused.Hint,
            StringComparison.Ordinal
        );
        (await refused.Paste(_machine, ["", TestMachine.Code])).Exits(0);
    }

    [Fact]
    public async Task Backup_WithThePassphraseOfToday_IsSaidToOpenWithThatOfItsDay()
    {
        var line = await Prepare("restore");
        _machine.Time.Advance(TimeSpan.FromDays(40));
        (
            await Verb.Run(_machine, "slot change-passphrase 1 --kdf pbkdf2", TestMachine.Passphrase, Second, Second)
        ).Exits(0);

        var refused = (await Verb.Run(_machine, line, Second)).Exits(Refused);

        Assert.Contains(
            "wrong passphrase for the backup of 2026-11-24 03:00 UTC",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "slot 1 admin of 2026-11-24 03:00 UTC, slot 2 recovery of 2026-11-24 03:00 UTC",
            refused.Hint,
            StringComparison.Ordinal
        );
        (await Verb.Run(_machine, line, TestMachine.Passphrase)).Exits(0);
    }

    [Fact]
    public async Task Repair_OfADamagedGenerationWithAWrongPassphrase_DoesNotBlameTheOlderOnes()
    {
        await Prepare("rotate");
        await File.WriteAllBytesAsync(_machine.RingFile(2), [1], TestContext.Current.CancellationToken);

        var line = $"repair --accept-rollback 'no backup' --passphrase-file {_machine.Write("wrong", Wrong)}";
        var refused = (await Verb.Run(_machine, line)).Exits(Refused);

        Assert.Contains("no good generation on this machine opens with that", refused.Error, StringComparison.Ordinal);
        Assert.Contains("and this one has slot 1 admin of 2026-11-24", refused.Hint, StringComparison.Ordinal);
        (await refused.Paste(_machine, [], TestMachine.Code)).Exits(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SlotAdd_WithNothingThatOpens_NamesTheRunbookWhileTheTokenOpens(bool isTokenThere)
    {
        const string Page = "docs/operate/lost-credentials.md";
        var line = await Prepare("add");
        if (!isTokenThere)
            File.Delete(_machine.Settings.NodeTokenFile);

        foreach (var answers in new string[][] { [Wrong], ["", s_otherCode] })
        {
            var refused = (await Verb.Run(_machine, line, answers)).Exits(Refused);
            Assert.Equal(isTokenThere, refused.Hint.Contains(Page, StringComparison.Ordinal));
        }
        Assert.True(File.Exists(Path.Combine(Repository.Root, Page)));
    }

    [Fact]
    public async Task SlotAdd_ToARingWithoutACode_DoesNotNameOne()
    {
        var line = await Prepare("add");
        (await Verb.Run(_machine, "slot remove 2 --drop-others", TestMachine.Passphrase)).Exits(0);

        var refused = (await Verb.Run(_machine, line, Wrong)).Exits(Refused);
        var code = await Verb.RunPiped(_machine, line + " --recovery-code-file -", s_otherCode);

        Assert.DoesNotContain("--recovery-code-file", refused.Pasted, StringComparison.Ordinal);
        Assert.Contains("there is no recovery code", code.Exits(Refused).Hint, StringComparison.Ordinal);
        (await refused.Paste(_machine, [TestMachine.Passphrase])).Exits(0);
    }

    [Fact]
    public async Task SlotRemove_WithAWrongPassphraseOfASlotThatStays_SaysHowToGiveIt()
    {
        await Prepare("add");
        var file = _machine.Write("other", Wrong);
        var line = $"slot remove 2 --other-passphrase-file {file}";

        var refused = (await Verb.Run(_machine, line, TestMachine.Passphrase)).Exits(Refused);

        Assert.Contains("wrong passphrase for slot 4", refused.Error, StringComparison.Ordinal);
        (await refused.Paste(_machine, [TestMachine.Passphrase, Second])).Exits(0);
    }

    private static IEnumerable<KeyCommand> Takers() =>
        KeyCommand.Leaves(KeyCommand.All()).Where(c => c is not InitCommand && Takes(c, KeyCommand.PassphraseFileName));

    private static bool Takes(Command command, string option) => command.Options.Any(o => o.Name == option);

    /// <summary>The verb that was typed, by the real definitions, without the credential that was wrong.</summary>
    private static void AssertIsOf(string verb, Verb refused)
    {
        var root = new RootCommand();
        new SettingOptions().AddTo(root);
        foreach (var command in KeyCommand.All())
            root.Subcommands.Add(command);
        var parsed = root.Parse(ShellWords.Of(refused.Pasted)[1..]);
        Assert.True(parsed.Errors.Count == 0, refused.Pasted);
        Assert.Equal(verb, parsed.CommandResult.Command.Name);
        Assert.DoesNotContain(" --passphrase-file", refused.Pasted, StringComparison.Ordinal);
    }

    /// <summary>A ring with a second passphrase, a backup of it, and what the verb needs to get as far as the credential.</summary>
    private async Task<string> Prepare(string verb)
    {
        _machine.Write("new", "a new passphrase");
        (await Verb.Run(_machine, $"backup {Path.Combine(_machine.Root, "old.backup")}")).Exits(0);
        (await Verb.Run(_machine, "slot add --kdf pbkdf2", TestMachine.Passphrase, Second, Second)).Exits(0);
        if (verb == "repair")
            File.Delete(_machine.Settings.NodeTokenFile);
        var (key, digest) = verb == "destroy" ? await Plan() : ("", "");
        return s_lines[verb]
            .Replace("AT", _machine.Root, StringComparison.Ordinal)
            .Replace("KEY", key, StringComparison.Ordinal)
            .Replace("DIGEST", digest, StringComparison.Ordinal);
    }

    /// <summary>A key that nothing needs, and the digest of the plan that destroys it.</summary>
    private async Task<(string Key, string Digest)> Plan()
    {
        var rotated = (await Verb.Run(_machine, "rotate -o json")).Exits(0).Report(AdminJson.Default.RotateReport);
        _machine.Time.Advance(TimeSpan.FromMinutes(30));
        var scan = new ScanReport(
            ScanReport.CurrentFormat,
            _machine.Time.GetUtcNow().UtcDateTime,
            "etcd",
            "/registry",
            rotated.RingId,
            "edgekms",
            rotated.NewKeyId,
            "all",
            ["secrets"],
            Objects: 0,
            Counts: [],
            Active: 0,
            Stale: 0,
            Foreign: 0,
            Plain: 0,
            KmsV1: 0,
            Undecided: 0,
            NotCovered: 0,
            new ScanLeftovers("etcd", 1, 0, 0, false, 0, []),
            Complete: true,
            Gaps: [],
            ExitCode: 0
        );
        var file = _machine.Write("scan.json", JsonSerializer.Serialize(scan, ScanJson.Default.ScanReport));
        var plan = await Verb.Run(_machine, $"keys destroy {rotated.OldKeyId} --evidence {file} -o json");
        return (rotated.OldKeyId, plan.Exits(0).Report(AdminJson.Default.DestroyReport).Digest);
    }

    /// <summary>Well-formed, and of no ring.</summary>
    private static string OtherCode()
    {
        using var secret = new SecretBytes(RecoveryCode.SecretSize);
        using var code = RecoveryCode.Write(secret);
        using var lease = code.Lease();
        return Encoding.ASCII.GetString(lease.Span);
    }
}
