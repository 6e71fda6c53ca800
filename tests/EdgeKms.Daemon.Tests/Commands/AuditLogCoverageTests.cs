using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Commands;
using EdgeKms.KeyRing.Audit;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>A log that is whole, beside the ring that it should tell of.</summary>
public sealed class AuditLogCoverageTests : IDisposable
{
    private readonly TestMachine _machine = new();
    private readonly AuditLog _log;

    public AuditLogCoverageTests() => _log = AuditLog.Open(_machine.Settings.StateDirectory, _machine.Time);

    private string Ring => _machine.Stored!.Ring.Header.Id.Text;

    private string Folder => Path.Combine(_machine.Settings.StateDirectory, "audit");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Verify_OfALogFromTheRingsMakingOn_IsOk()
    {
        _machine.Rotate();
        Assert.EndsWith(
            "\nok: note the head elsewhere, --head then proves that nothing was cut off\n",
            await Verified()
        );
        var report = await Report();
        Assert.Equal((Ring, 2, true), (report.RingId, report.Generation, report.Covers));
        Assert.Empty(report.Missing);
    }

    [Fact]
    public async Task Verify_OfALogThatWasWiped_SaysThatItDoesNotCoverTheRing()
    {
        Directory.Delete(Folder, recursive: true);
        var failure = await Fails();
        Assert.Equal(
            $"the audit log in {Folder} does not cover the key ring: no entry names key ring {Ring}, which is at generation 1",
            failure.Message
        );
        var report = await Report();
        Assert.Equal((false, true, 0), (report.Covers, report.LacksMaking, report.LastGeneration));
        Assert.Equal(["k1"], report.KeysWithoutEntry.Select(k => k.Split('.')[0]));
    }

    [Fact]
    public async Task Verify_OfALogThatWasWipedAndGoesOn_IsAcceptedOnlyByAHeadThatWasNotedSince()
    {
        _machine.Rotate();
        Directory.Delete(Folder, recursive: true);
        _machine.Rotate();
        _machine.Rotate();
        var keys = string.Join(", ", _machine.Stored!.Ring.Header.Keys.Take(2).Select(k => k.Id.Text));
        var failure = await Fails();
        Assert.EndsWith(
            $"it begins neither with the making of key ring {Ring} nor with its restore; no entry tells of the making of {keys}",
            failure.Message
        );

        var command = failure.Hint!.Split('"')[1];
        Assert.StartsWith("edgekms audit-log verify --head ", command);
        var head = command.Split(' ')[^1];
        Assert.Equal(_log.Verify().Head!.Text, head);
        Assert.Contains("in the log, and nothing is missing after it\n", await Verified(head));

        _machine.Rotate();
        Assert.Contains("missing    it begins neither", await Verified(head));
        Cut(_machine.Rotate);
        Assert.Contains("it ends with generation 5, and the key ring is at generation 6", (await Fails(head)).Message);
    }

    [Fact]
    public async Task Verify_OfALogThatWasCutAtItsEnd_SaysWhereItEnds()
    {
        Cut(_machine.Rotate);
        var failure = await Fails();
        var key = _machine.Stored!.Ring.Active.Id.Text;
        Assert.EndsWith(
            $"no entry tells of the making of {key}; it ends with generation 1, and the key ring is at generation 2",
            failure.Message
        );
        // The newest entry knows of neither: no head could accept it.
        Assert.DoesNotContain("--head 1:", failure.Hint);
        Assert.Contains("after the next rotation", failure.Hint);
        _machine.Rotate();
        Assert.Contains(_log.Verify().Head!.Text, (await Fails()).Hint);
        Assert.Contains("ok: ", await Verified(_log.Verify().Head!.Text));
    }

    [Fact]
    public async Task Verify_OfARestoredRingOnANewMachine_IsOk()
    {
        _machine.Rotate();
        using var bare = new TestMachine(withRing: false);
        bare.Store.MakeDirectories();
        var files = new RingFiles(bare.Settings, bare.Time);
        var restored = files.Writer.RotateAbove(_machine.Stored!, 9).Stored.Ring.Header;
        var to = new StringWriter();
        files.Audit.TryAppend(AuditEntry.Of(AuditEvent.Restored, restored) with { Detail = "from generation 2" });
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(
            0,
            await AuditLogVerifyRun.Run(files.Audit, bare.Store, null, OutputFormat.Text, to, cancellation)
        );
        Assert.DoesNotContain("missing", to.ToString());
    }

    [Fact]
    public async Task Verify_BetweenAChangeAndItsEntries_WaitsForThem()
    {
        var before = File.ReadAllBytes(Newest);
        _machine.Rotate();
        var after = File.ReadAllBytes(Newest);
        File.WriteAllBytes(Newest, before);
        var held = _machine.Store.TryLock();
        var verifying = Run(null, OutputFormat.Text, new StringWriter());
        Assert.False(verifying.IsCompleted);
        File.WriteAllBytes(Newest, after);
        held!.Dispose();
        while (!verifying.IsCompleted)
        {
            _machine.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, await verifying);
    }

    private string Newest => Directory.GetFiles(Folder, "audit-*").Max()!;

    /// <summary>The log as if what the action writes there had been cut off.</summary>
    private void Cut(Func<object> action)
    {
        var before = File.ReadAllBytes(Newest);
        action();
        File.WriteAllBytes(Newest, before);
    }

    private async Task<string> Verified(string? head = null)
    {
        var to = new StringWriter();
        Assert.Equal(0, await Run(head, OutputFormat.Text, to));
        return to.ToString();
    }

    private async Task<CommandException> Fails(string? head = null)
    {
        var failure = await Assert.ThrowsAsync<CommandException>(() =>
            Run(head, OutputFormat.Text, new StringWriter())
        );
        Assert.Equal(ExitCode.Unhealthy, failure.ExitCode);
        return failure;
    }

    private async Task<AuditCoverageReport> Report()
    {
        var to = new StringWriter();
        try
        {
            await Run(null, OutputFormat.Json, to);
        }
        catch (CommandException)
        {
            // What it prints counts.
        }
        return JsonSerializer.Deserialize(to.ToString(), AdminJson.Default.AuditVerifyReport)!.Coverage!;
    }

    private Task<int> Run(string? head, OutputFormat output, StringWriter to) =>
        AuditLogVerifyRun.Run(_log, _machine.Store, head, output, to, TestContext.Current.CancellationToken);
}
