using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>rotate</c>: a new generation with a new active KEK; then the serving daemon is told.</summary>
internal static class RotateRun
{
    internal sealed record Request(string? PassphraseFile, bool DryRun, OutputFormat Output);

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        using var session = await RingSession.OpenAsync(settings, time, request.DryRun, io, cancellation);
        var before = session.OpenWithTokenOr(request.PassphraseFile);
        var (old, ring) = (before.Ring.Active.Id.Text, before.Ring.Header.Id.Text);
        if (request.DryRun)
        {
            var generation = before.Ring.Header.Generation;
            Print(new RotateReport(ring, old, null, generation, null, [], true, false), request.Output, io);
            return 0;
        }
        var changed = session.Files.Writer.Rotate(before);
        var reloaded = session.Announce(changed);
        var header = changed.Stored.Ring.Header;
        string[] warnings = [.. changed.Warnings.Select(w => w.Text)];
        Print(
            new RotateReport(
                ring,
                old,
                header.Active.Id.Text,
                header.Generation,
                changed.Backup,
                warnings,
                false,
                reloaded
            ),
            request.Output,
            io
        );
        return 0;
    }

    private static void Print(RotateReport report, OutputFormat output, IoStreams io)
    {
        if (output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.RotateReport));
            return;
        }
        if (report.DryRun)
        {
            io.Out.WriteLine(
                $"would retire {report.OldKeyId} and make a new key active in generation {report.Generation + 1}"
            );
            return;
        }
        io.Out.WriteLine($"active key {report.NewKeyId} (generation {report.Generation})");
        io.Out.WriteLine($"retired    {report.OldKeyId}: what it wrapped stays readable");
        if (report.Backup is { } backup)
            io.Out.WriteLine($"backup     {backup}");
        io.Out.WriteLine(
            report.DaemonReloaded
                ? "kube-apiserver takes the new key with its next Status call, within 80 seconds"
                : "the daemon doesn't serve it yet: it takes the new key when it starts, or once it can"
        );
    }
}
