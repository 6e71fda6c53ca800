using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class MigrationChecksTests : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Key = "c2VjcmV0LWtleQ==";

    private readonly Patient _patient = new();
    private readonly string _file;

    public MigrationChecksTests()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_patient.Machine.Root, "etc")).FullName;
        _file = Path.Combine(folder, "enc.yaml");
        File.WriteAllText(_file, "kind: EncryptionConfiguration");
        _patient.ApiServerFiles = [_file, Path.Combine(_patient.Machine.Root, "nowhere", "enc.yaml")];
    }

    public ValueTask DisposeAsync() => _patient.DisposeAsync();

    [Fact]
    public void Copies_None_Passes()
    {
        // Of other files, and of no migration.
        foreach (
            var name in new[]
            {
                "other.yaml.before-migration",
                "enc.yaml.before-migration-x",
                "enc.yaml.before-migration-1.bak",
            }
        )
            Keep(name, UnixFileMode.OtherRead);

        Assert.Equal((Outcome.Pass, "no migration has kept a copy"), Seen(MigrationChecks.Copies));
    }

    [Fact]
    public void Copies_Private_AreNamedInOrder_WithTheirDays_AndNoContents()
    {
        foreach (
            var name in new[]
            {
                "enc.yaml.before-migration-10",
                "enc.yaml.before-migration-2",
                "enc.yaml.before-migration",
            }
        )
            Keep(name, Private);

        var (outcome, text) = Seen(MigrationChecks.Copies);

        Assert.Equal(Outcome.Pass, outcome);
        Assert.Equal(
            "3 kept copies, private: enc.yaml.before-migration (2026-11-24), enc.yaml.before-migration-2 (2026-11-24), "
                + "enc.yaml.before-migration-10 (2026-11-24)",
            text
        );
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Copies_ReachedByOthers_AreAWarningWithTheCommand(UnixFileMode more)
    {
        Keep("enc.yaml.before-migration-1", Private);
        var open = Keep("enc.yaml.before-migration-2", Private | more);

        var found = _patient.Look(MigrationChecks.Copies);

        Assert.Equal((Outcome.Warn, $"chmod 600 {open}"), (found.Outcome, found.Next));
        Assert.StartsWith("1 of 2 kept copies can be reached by others", found.Text);
        Assert.DoesNotContain(Key, found.Text);
        Assert.DoesNotContain("migration-1", found.Text);
    }

    [Fact]
    public void Copies_Many_AreCountedAfterTen()
    {
        for (var i = 1; i <= 12; i++)
            Keep($"enc.yaml.before-migration-{i}", Private);

        Assert.EndsWith("enc.yaml.before-migration-10 (2026-11-24) and 2 more", Seen(MigrationChecks.Copies).Text);
    }

    [Fact]
    public void Copies_OfALink_AreLookedForBesideItsTarget()
    {
        string[] links = [.. new[] { "a.yaml", "b.yaml" }.Select(n => Path.Combine(_patient.Machine.Root, n))];
        foreach (var link in links)
            File.CreateSymbolicLink(link, _file);
        _patient.ApiServerFiles = links;
        Keep("enc.yaml.before-migration-1", Private);

        Assert.StartsWith("1 kept copy, private: enc.yaml.before-migration-1 ", Seen(MigrationChecks.Copies).Text);
    }

    [Theory]
    [InlineData(
        """{"from":"aescbc","to":"kms","providerName":"edgekms","keepIdentity":false,"goingBack":false}""",
        "kms"
    )]
    [InlineData("""{"to":"identity","goingBack":false}""", "identity")]
    [InlineData("""{"to":"kms","goingBack":true}""", null)]
    [InlineData("""{"to":"; rm -rf /"}""", "")]
    [InlineData("""{"to":7}""", "")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    public void UnderWay_AJournal_IsAWarningWithTheWayOnAndTheWayBack(string journal, string? to)
    {
        Assert.Equal((Outcome.Pass, "no migration is under way"), Seen(MigrationChecks.UnderWay));
        File.WriteAllText(_file + ".migration.json", journal);

        var found = _patient.Look(MigrationChecks.UnderWay);

        var abort = $"edgekms migrate --abort --encryption-config {_file}";
        Assert.Equal(
            (Outcome.Warn, $"a migration of {_file} is under way (enc.yaml.migration.json)"),
            (found.Outcome, found.Text)
        );
        Assert.Equal(
            to switch
            {
                null => abort,
                "" => $"the \"edgekms migrate\" command that it was begun with goes on; {abort} leads back",
                _ =>
                    $"edgekms migrate --to {to} --encryption-config {_file}, with the options that it was begun with, goes on; {abort} leads back",
            },
            found.Next
        );
    }

    private (Outcome, string Text) Seen(Check check)
    {
        var found = _patient.Look(check);
        return (found.Outcome, found.Text);
    }

    private string Keep(string name, UnixFileMode mode)
    {
        var path = Path.Combine(Path.GetDirectoryName(_file)!, name);
        File.WriteAllText(path, $"secret: {Key}");
        File.SetUnixFileMode(path, mode);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 24, 8, 0, 0, DateTimeKind.Utc));
        return path;
    }
}
