using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Repair;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Doctor;

/// <summary>What the doctor says of modes, owners and links, against a real start of the daemon.</summary>
public sealed class FileChecksTests : IDisposable
{
    private const uint Nobody = 65534;

    /// <summary>A private directory for a node token that lies outside of the state directory.</summary>
    private readonly string _place = Directory.CreateTempSubdirectory("edgekms-test-").FullName;

    public void Dispose() => Directory.Delete(_place, recursive: true);

    /// <summary>Defect, whether it stops a start, whether repair corrects it.</summary>
    public static TheoryData<string, bool, bool> Defects { get; } =
        new()
        {
            { "mode of .", true, true },
            { "mode of ring", true, true },
            { "mode of ring/ring-00000002", true, true },
            { "mode of ring/ring-00000001", false, true },
            { "mode of checkpoint", true, true },
            { "mode of node-token", true, true },
            { "mode of serve.lock", false, true },
            { "mode of write.lock", false, true },
            { "mode of audit", false, true },
            { "mode of audit/audit-00000001.jsonl", false, true },
            { "mode of audit/audit.lock", false, true },
            { "mode of token-place", true, true },
            { "mode of token-place/token", true, true },
            { "link instead of ring/ring-00000002", true, false },
            { "link instead of ring/ring-00000001", false, false },
            { "link instead of checkpoint", true, false },
            { "link instead of node-token", true, false },
            { "link instead of serve.lock", true, false },
            { "link instead of write.lock", false, false },
            { "link instead of audit/audit-00000001.jsonl", false, false },
            { "link that is called ring/ring-00000009", true, false },
            { "directory instead of checkpoint", true, false },
            { "directory instead of node-token", true, false },
            { "directory instead of serve.lock", true, false },
            { "directory instead of write.lock", false, false },
            { "directory that is called ring/ring-00000077", false, false },
            { "second name of checkpoint", true, false },
            { "owner of ring", true, true },
            { "owner of ring and all in it", false, true },
            { "owner of ring/ring-00000002", true, true },
            { "owner of ring/ring-00000001", false, true },
            { "owner of checkpoint", true, true },
            { "owner of node-token", true, true },
            { "owner of serve.lock", false, true },
            { "owner of audit", false, true },
            { "link to . with a mode", true, true },
            { "link to . of another user", true, false },
            { "link to ring with a mode", true, true },
        };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task Modes_OfEachDefect_SayOfTheStartWhatTheStartDoes(string defect, bool stops, bool isCorrected)
    {
        if (defect.StartsWith("owner", StringComparison.Ordinal) || defect.Contains("user", StringComparison.Ordinal))
            ScratchDirectory.SkipUnlessRoot();
        await using var patient = Whole(defect.Contains("token-place", StringComparison.Ordinal));
        Assert.Null(await Start(patient));
        Assert.Equal(Outcome.Pass, patient.Look(FileChecks.Modes).Outcome);
        Do(patient, defect);

        var found = patient.Look(FileChecks.Modes);
        var problem = await Start(patient);

        Assert.Equal(stops, problem is not null);
        Assert.Equal((stops ? Outcome.Fail : Outcome.Warn, stops), (found.Outcome, found.StopsApiServer));
        Assert.Equal(isCorrected, found.Next == "edgekms repair");
        if (!stops)
            Assert.DoesNotContain(patient.LookAtAll(), f => f.StopsApiServer && IsOfFiles(f));

        using var streams = new ScriptedStreams();
        FileRepair.Modes(patient.Settings, new RepairLog(OutputFormat.Json, dryRun: false, streams.Io), dryRun: false);
        if (!isCorrected)
            return;
        Assert.Equal(Outcome.Pass, patient.Look(FileChecks.Modes).Outcome);
        Assert.Null(await Start(patient));
    }

    /// <summary>Files that EdgeKms does not make: no finding, no stop, and repair leaves them as they are.</summary>
    [Theory]
    [InlineData("notes.txt")]
    [InlineData("ring/notes.txt")]
    [InlineData("ring/ring-00000002.bak")]
    [InlineData("ring/ring-0000000x")]
    [InlineData("audit/notes.txt")]
    [InlineData("audit/audit-00000001.jsonl.gz")]
    [InlineData("checkpoint.old")]
    [InlineData("node-token.bak")]
    [InlineData("folder/")]
    [InlineData("lost+found/")]
    public async Task Modes_OfForeignFiles_AreNoneOfOurs(string name)
    {
        await using var patient = Whole();
        var path = Path.Combine(patient.Settings.StateDirectory, name);
        if (name.EndsWith('/'))
            Directory.CreateDirectory(path);
        else
            File.WriteAllText(path, "foreign");
        File.SetUnixFileMode(path.TrimEnd('/'), (UnixFileMode)0b110_110_110);

        Assert.Equal(Outcome.Pass, patient.Look(FileChecks.Modes).Outcome);
        Assert.Null(await Start(patient));
        using var streams = new ScriptedStreams();
        FileRepair.Modes(patient.Settings, new RepairLog(OutputFormat.Json, dryRun: false, streams.Io), dryRun: false);

        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(path.TrimEnd('/')));
    }

    /// <summary>Closing a directory such as /etc would stop the machine, not heal it.</summary>
    [Fact]
    public async Task Repair_OfATokensDirectoryThatHoldsOtherFiles_LeavesItOpen()
    {
        await using var patient = Whole(tokenElsewhere: true);
        var place = Path.GetDirectoryName(patient.Token)!;
        File.WriteAllText(Path.Combine(place, "hostname"), "edge");
        File.SetUnixFileMode(place, (UnixFileMode)0b111_101_101);

        var found = patient.Look(FileChecks.Modes);
        using var streams = new ScriptedStreams();
        FileRepair.Modes(patient.Settings, new RepairLog(OutputFormat.Json, dryRun: false, streams.Io), dryRun: false);

        Assert.Equal(
            (Outcome.Fail, true, $"ls -la {Path.GetDirectoryName(_place)}"),
            (found.Outcome, found.StopsApiServer, found.Next)
        );
        Assert.Contains("keep that in a directory of its own", found.Text);
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(place));
        Assert.Equal(ErrorCode.NotPrivate, await Start(patient));
    }

    [Fact]
    public async Task Modes_OfALinkedStateDirectory_PassAndTheStartServes()
    {
        await using var patient = Whole();
        Link(patient.Settings.StateDirectory);

        Assert.Equal(Outcome.Pass, patient.Look(FileChecks.Modes).Outcome);
        Assert.Null(await Start(patient));
    }

    [Fact]
    public async Task Doctor_OfALinkThatPointsToNothing_SaysMountAndNeverInit()
    {
        await using var patient = Whole();
        var data = Link(patient.Settings.StateDirectory);
        Directory.Move(data, data + "-unmounted");

        Assert.Equal(ErrorCode.StorageAbsent, await Start(patient));
        var found = patient.LookAtAll();

        var ring = Assert.Single(found, f => f.Check == RingChecks.Present);
        Assert.Equal((Outcome.Fail, true, "mount -a"), (ring.Outcome, ring.StopsApiServer, ring.Next));
        Assert.DoesNotContain(found, f => f.Next?.Contains("init", StringComparison.Ordinal) == true);
        Directory.Move(data + "-unmounted", data);
    }

    [Fact]
    public void UserOf_AProcess_IsItsEffectiveUser()
    {
        Assert.Equal(FileStatus.OwnUser, StartAccess.UserOf(Environment.ProcessId));
        Assert.Null(StartAccess.UserOf(int.MaxValue));
    }

    /// <summary>A daemon that runs as another user than root can't read what root's start would.</summary>
    [Theory]
    [InlineData(0u, false)]
    [InlineData(1000u, true)]
    public async Task Start_OfAnotherUser_IsJudgedByThatUser(uint user, bool isRefused)
    {
        ScratchDirectory.SkipUnlessRoot();
        await using var patient = Whole();

        var refused = StartAccess.Refused(patient.Settings.StateDirectory, patient.Token, user);

        Assert.Equal(isRefused, refused.Contains(patient.Settings.StateDirectory));
        Assert.Equal(isRefused, refused.Contains(Path.Combine(patient.Settings.StateDirectory, "serve.lock")));
    }

    private static bool IsOfFiles(Finding finding) =>
        finding.Check.Id.StartsWith("EK-FILE", StringComparison.Ordinal)
        || finding.Check.Id.StartsWith("EK-RING", StringComparison.Ordinal)
        || finding.Check.Id.StartsWith("EK-NODE", StringComparison.Ordinal)
        || finding.Check.Id.StartsWith("EK-MARK", StringComparison.Ordinal);

    /// <summary>With every file that EdgeKms makes in a state directory.</summary>
    private Patient Whole(bool tokenElsewhere = false)
    {
        (string, string)[] settings = tokenElsewhere ? [("nodeTokenFile", Path.Combine(_place, "token"))] : [];
        var patient = new Patient(settings);
        var state = new LinuxDirectory(patient.Settings.StateDirectory);
        foreach (var name in (string[])[RingStore.WriteLockName, RingStore.ServeLockName])
            state.TryLock(name)!.Dispose();
        return patient;
    }

    /// <summary>A start: null when the ring is served.</summary>
    private static async Task<ErrorCode?> Start(Patient patient)
    {
        using var figures = new DaemonFigures();
        var log = NullLogger<RingKeeper>.Instance;
        using var keeper = new RingKeeper(patient.Settings, new Provider(), figures, patient.Machine.Time, log);
        return await keeper.ReloadAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Moves a directory away and puts a link in its place.</summary>
    private static string Link(string directory)
    {
        var data = directory + "-data";
        Directory.Move(directory, data);
        Directory.CreateSymbolicLink(directory, data);
        return data;
    }

    private void Do(Patient patient, string defect)
    {
        var words = defect.Split(' ');
        var state = patient.Settings.StateDirectory;
        string At(string name) =>
            Path.GetFullPath(Path.Combine(state, name.Replace("token-place", _place, StringComparison.Ordinal)));
        switch (words)
        {
            case ["mode", "of", var name]:
                AddRead(At(name));
                break;
            case ["link", "instead", "of", var name]:
                File.Move(At(name), At("elsewhere"));
                File.CreateSymbolicLink(At(name), At("elsewhere"));
                break;
            case ["link", "that", "is", "called", var name]:
                File.CreateSymbolicLink(At(name), At("ring/ring-00000002"));
                break;
            case ["directory", "that", "is", "called", var name]:
                Directory.CreateDirectory(At(name));
                break;
            case ["directory", "instead", "of", var name]:
                File.Delete(At(name));
                Directory.CreateDirectory(At(name));
                break;
            case ["second", "name", "of", var name]:
                AddRead(At(name));
                Assert.Equal(0, ScratchDirectory.Run("ln", At(name), At("elsewhere")));
                break;
            case ["owner", "of", var name, "and", ..]:
                Assert.Equal(0, ScratchDirectory.Run("chown", "-R", $"{Nobody}", At(name)));
                break;
            case ["owner", "of", var name]:
                Assert.Equal(0, ScratchDirectory.Run("chown", $"{Nobody}", At(name)));
                break;
            case ["link", "to", var name, "of", ..]:
                Link(At(name).TrimEnd('/'));
                Assert.Equal(0, ScratchDirectory.Run("chown", "-h", $"{Nobody}", At(name).TrimEnd('/')));
                break;
            case ["link", "to", var name, ..]:
                AddRead(Link(At(name).TrimEnd('/')));
                break;
            default:
                throw new ArgumentException(defect);
        }
    }

    private static void AddRead(string path) =>
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
}
