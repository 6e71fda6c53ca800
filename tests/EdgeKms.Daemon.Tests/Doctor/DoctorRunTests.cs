using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Tests.Admin;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class DoctorRunTests
{
    /// <summary>What the machine that the tests run on decides.</summary>
    private static readonly Check[] OfTheHost =
    [
        ClockChecks.Synchronised,
        MemoryChecks.CoreDumps,
        MemoryChecks.Swap,
        StorageChecks.Space,
        StorageChecks.Volatile,
        BackupChecks.Elsewhere,
    ];

    [Fact]
    public async Task Doctor_OnAHealthyMachine_PassesEverything()
    {
        await using var patient = new Patient();
        patient.ConfigurationFile = Path.Combine(patient.Machine.Root, "edgekms.json");
        File.WriteAllText(patient.ConfigurationFile, "{}");
        patient.Rotate();
        var ring = patient.Stored!.Ring.Header;
        new LastScanFile(patient.Settings.StateDirectory).Write(
            Told.Scan(ring.Id.Text, (ring.Active.Id.Text, false, 1))
        );
        await patient.StartDaemonAsync();

        var findings = patient.LookAtAll();

        Assert.Equal(Catalogue.All, findings.Select(f => f.Check));
        Assert.All(
            findings.Where(f => !OfTheHost.Contains(f.Check)),
            f => Assert.Equal((f.Text, Outcome.Pass), (f.Text, f.Outcome))
        );
    }

    [Fact]
    public async Task Doctor_OnAnyMachine_WritesNothing()
    {
        await using var patient = new Patient();
        File.Delete(Path.Combine(patient.Settings.StateDirectory, "write.lock"));
        File.Delete(patient.Checkpoint);
        var before = Everything(patient.Machine.Root);

        patient.LookAtAll();

        Assert.Equal(before, Everything(patient.Machine.Root));
    }

    [Theory]
    [InlineData("no ring")]
    [InlineData("no directory")]
    [InlineData("a file for a directory")]
    [InlineData("directories for files")]
    [InlineData("garbage everywhere")]
    [InlineData("empty files")]
    public async Task Doctor_OnABrokenMachine_MakesEveryCheckAndSaysSo(string how)
    {
        await using var patient = new Patient();
        var state = patient.Settings.StateDirectory;
        Break(how, state, patient);

        var findings = patient.LookAtAll();

        Assert.Equal(Catalogue.All, findings.Select(f => f.Check));
        Assert.DoesNotContain(findings, f => f.Text.Contains("could not be made"));
        Assert.Equal(Outcome.Fail, findings.First(f => f.Check == RingChecks.Present).Outcome);
        Assert.All(findings.Where(f => f.Outcome is Outcome.Warn or Outcome.Fail), f => Assert.NotNull(f.Next));
    }

    [Fact]
    public void Check_ThatStumbles_IsAFailureWithTheText()
    {
        var check = new Check("EK-TEST-001", "", "", false, false, _ => throw new IOException("disk on fire"));

        var found = check.Run(null!);

        Assert.Equal((Outcome.Fail, "the check could not be made: disk on fire"), (found.Outcome, found.Text));
    }

    [Fact]
    public void Check_ThatMayNotLook_IsAFailureForRootOnly()
    {
        var denied = new EdgeKmsException(ErrorCode.PermissionDenied, "open /x: permission denied");
        var check = new Check("EK-TEST-001", "", "", false, false, _ => throw denied);

        var found = check.Run(null!);

        Assert.Equal(FileStatus.OwnUser == 0 ? Outcome.Fail : Outcome.Skip, found.Outcome);
        Assert.StartsWith("open /x: permission denied", found.Text);
    }

    [Fact]
    public void Ids_OfAllChecks_AreStableAndUnique()
    {
        var ids = Catalogue.All.Select(c => c.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^EK-[A-Z]+-[0-9]{3}$", id));
        Assert.All(Catalogue.All, c => Assert.EndsWith(".", c.Means));
    }

    [Fact]
    public void Report_OfFindings_CountsAndPrints()
    {
        var (pass, skip) = (RingChecks.Present.Pass("a key ring is there"), BackupChecks.Opens.Skip("no backup"));
        var warn = RingChecks.Rotation.Warn("late", "edgekms rotate");
        var fail = NodeChecks.Token.Fail("the file \u001b[31m is gone", "edgekms repair", stops: true);

        Assert.Equal(0, DoctorRun.Report([pass, skip]).ExitCode);
        Assert.Equal(1, DoctorRun.Report([pass, skip, warn]).ExitCode);
        var report = DoctorRun.Report([pass, warn, fail, skip]);
        Assert.Equal(2, report.ExitCode);
        var lines = DoctorPage.Write(report).Split('\n');
        Assert.Equal("pass  EK-RING-001    a key ring is there", lines[0]);
        Assert.Equal("      stops the API server: no; can lose data: no", lines[3]);
        Assert.Equal("fail  EK-NODE-001    the file ?[31m is gone", lines[5]);
        Assert.Equal("      administrator repairs it.", lines[7]); // wrapped
        Assert.Equal("      stops the API server: yes; can lose data: no", lines[8]);
        Assert.Equal("      next: edgekms repair", lines[9]);
        Assert.Equal("1 passed, 1 warning, 1 failed, 1 skipped", lines[^1]);
        var json = JsonSerializer.Serialize(report, AdminJson.Readable.DoctorReport);
        Assert.Matches(new Regex("\"id\": \"EK-NODE-001\",\\s+\"title\""), json);
        Assert.Contains("\"stopsApiServer\": true", json);
    }

    private static void Break(string how, string state, Patient patient)
    {
        var files = Directory.EnumerateFiles(state, "*", SearchOption.AllDirectories).ToList();
        switch (how)
        {
            case "no ring":
                files.ForEach(File.Delete);
                break;
            case "no directory":
                Directory.Delete(state, recursive: true);
                Directory.Delete(patient.Settings.BackupDirectory!, recursive: true);
                break;
            case "a file for a directory":
                Directory.Delete(state, recursive: true);
                File.WriteAllText(state, "");
                break;
            case "directories for files":
                files.ForEach(File.Delete);
                files.ForEach(f => Directory.CreateDirectory(f));
                break;
            default:
                files.AddRange(Directory.EnumerateFiles(patient.Settings.BackupDirectory!));
                files.ForEach(f => File.WriteAllBytes(f, new byte[how == "empty files" ? 0 : 5_000]));
                break;
        }
    }

    private static string Everything(string root) =>
        string.Join(
            '\n',
            Directory
                .EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(e =>
                    $"{e} {File.GetLastWriteTimeUtc(e):O} {File.GetUnixFileMode(e)} "
                    + (File.Exists(e) ? Convert.ToHexString(File.ReadAllBytes(e)) : "")
                )
        );
}
