using System.Net.Sockets;
using System.Text;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Tests.Doctor;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Tests.Admin;

/// <summary>Status and doctor of a daemon that was told a scan, over its socket.</summary>
public sealed class StoredObjectsStatusTests
{
    private static StatusReport Status(Patient patient) => AdminCall.Status(patient.Settings.AdminSocket)!;

    private static string RingOf(Patient patient) => patient.Stored!.Ring.Header.Id.Text;

    private static string Active(Patient patient) => patient.Stored!.Ring.Header.Active.Id.Text;

    private static int Put(Patient patient, LastScanReport scan)
    {
        using var body = (MemoryStream)Told.Body(scan);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(patient.Settings.AdminSocket));
        socket.Send(
            Encoding.ASCII.GetBytes(
                $"PUT /v1/scan HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"
            )
        );
        socket.Send(body.ToArray());
        var answer = new byte[12];
        socket.ReceiveTimeout = 60_000;
        Assert.Equal(12, socket.Receive(answer));
        return int.Parse(Encoding.ASCII.GetString(answer)[9..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Status_OfObjectsUnderKeysOfTheRing_IsWell()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        Assert.Equal(Outcome.Skip, patient.Look(ObjectChecks.Readable).Outcome);

        Assert.Equal(204, Put(patient, Told.Scan(RingOf(patient), (Active(patient), false, 7))));

        var status = Status(patient);
        Assert.Equal((0, null), (status.ExitCode, status.Problem));
        Assert.Equal((7L, 0L, 0L), (status.Objects!.Active, status.Objects.Older, status.Objects.Unreadable));
        Assert.Null(status.LastScan!.Keys); // as long as a scan has keys, and every caller would get it
        Assert.Equal(Outcome.Pass, patient.Look(ObjectChecks.Readable).Outcome);
        Assert.Equal(400, Put(patient, Told.Scan(RingOf(patient), ("k9.z", false, -1))));
    }

    [Fact]
    public async Task Status_OfObjectsUnderAnUnknownKey_SaysThatTheyAreUnreadable()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();

        Put(patient, Told.Scan(RingOf(patient), (Active(patient), false, 7), ("k9.z", false, 2), ("k8.y", true, 1)));

        var status = Status(patient);
        Assert.Equal(ObjectsReport.UnreadableCode, status.Problem!.Code);
        Assert.Equal(((int)ExitCode.Damaged, "unsealed"), (status.ExitCode, status.State));
        Assert.Equal("unreadable", status.Verdict!.Case);
        Assert.Contains("edgekms restore --verify FILE", status.Problem.Hint, StringComparison.Ordinal);
        Assert.Equal((3L, 1L), (status.Objects!.Unreadable, status.Objects.UnreadableKmsV1));
        Assert.Equal(["k9.z", "k8.y"], status.Objects.UnreadableKeys);
        var found = patient.Look(ObjectChecks.Readable);
        Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.CanLoseData, found.StopsApiServer));
        Assert.Equal("edgekms restore --verify FILE", found.Next);
        Assert.Contains("3 objects", found.Text, StringComparison.Ordinal);
        Assert.Contains("k9.z, k8.y", found.Text, StringComparison.Ordinal);
        // The daemon itself is well.
        Assert.Equal(Outcome.Pass, patient.Look(DaemonChecks.Health).Outcome);
    }

    /// <summary>A newer generation with its key is lost, and an older one serves: what the scan called active is unreadable now.</summary>
    [Fact]
    public async Task Status_AfterAnOlderRingServes_CallsTheObjectsUnreadable()
    {
        await using var patient = new Patient();
        var (old, checkpoint) = (Active(patient), await File.ReadAllBytesAsync(patient.Checkpoint));
        var token = await File.ReadAllBytesAsync(patient.Token);
        patient.Rotate();
        var lost = Active(patient);
        var scan = Told.Scan(RingOf(patient), (old, false, 3), (lost, false, 5));
        new LastScanFile(patient.Settings.StateDirectory).Write(scan with { KeyId = lost, Active = 5, Stale = 3 });
        Assert.Equal(0, patient.Look(ObjectChecks.Readable).Text.Count(c => c == ','));
        Assert.Equal(Outcome.Pass, patient.Look(ObjectChecks.Readable).Outcome);
        File.Delete(patient.Machine.RingFile(3));
        await Replace(patient.Checkpoint, checkpoint);
        await Replace(patient.Token, token);

        var stopped = StatusReporter.Offline(patient.Settings, patient.Machine.Time);
        await patient.StartDaemonAsync();
        var served = Status(patient);

        Assert.Equal((5L, "daemon-stopped"), (stopped.Objects!.Unreadable, stopped.Problem!.Code));
        Assert.Equal((3L, 0L, 5L), (served.Objects!.Active, served.Objects.Older, served.Objects.Unreadable));
        Assert.Equal(ObjectsReport.UnreadableCode, served.Problem!.Code);
        // The folder of backups has the lost generation: the doctor names its file.
        var backup = Directory.GetFiles(patient.Settings.BackupDirectory!).Order(StringComparer.Ordinal).Last();
        Assert.Equal($"edgekms restore {backup}", patient.Look(ObjectChecks.Readable).Next);
    }

    [Fact]
    public async Task Status_OfAScanOfAnotherRing_DoesNotShowIt()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();

        Put(patient, Told.Scan("mJ2v0cPqT5o8aXyZ1bR3Lw", ("k9.z", false, 2)));

        var status = Status(patient);
        Assert.Equal((null, null, 0), (status.LastScan, status.Objects, status.ExitCode));
    }

    [Fact]
    public async Task Status_OfMoreMissingKeysThanCanBeShown_NamesThoseWithTheMostObjects()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        var keys = Enumerable.Range(1, 30).Select(i => ($"k{i}.z", false, (long)i));

        Put(patient, Told.Scan(RingOf(patient), [.. keys]));

        Assert.Equal(465, Status(patient).Objects!.Unreadable);
        Assert.Equal(
            Enumerable.Range(0, ObjectsReport.ShownKeys).Select(i => $"k{30 - i}.z"),
            Status(patient).Objects!.UnreadableKeys
        );
    }

    [Fact]
    public async Task Status_WithAWorseProblem_KeepsIt()
    {
        await using var patient = new Patient();
        File.Delete(patient.Checkpoint);
        await patient.StartDaemonAsync();

        Put(patient, Told.Scan(RingOf(patient), ("k9.z", false, 2)));

        Assert.Equal("checkpoint-damaged", Status(patient).Problem!.Code);
        Assert.Equal(2, Status(patient).Objects!.Unreadable);
    }

    [Fact]
    public async Task Doctor_OfAScanWithoutKeys_AsksForAnother()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();

        Put(patient, Told.Scan(RingOf(patient)) with { Keys = null });

        var found = patient.Look(ObjectChecks.Readable);
        Assert.Equal(Outcome.Skip, found.Outcome);
        Assert.Contains("\"edgekms scan\"", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_OfTheContract_IsThatOfTheErrorTable() =>
        Assert.Equal(ObjectsReport.UnreadableCode, ErrorTable.Name(ErrorCode.ObjectsUnreadable));

    private static async Task Replace(string path, byte[] content)
    {
        await using var file = new FileStream(path, FileMode.Truncate);
        await file.WriteAsync(content);
    }
}
