using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>rotate</c>: a new generation with a new active KEK; then the serving daemon is told.</summary>
internal static class RotateRun
{
    internal sealed record Request(string? PassphraseFile, bool DryRun, OutputFormat Output);

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var store = RingStore.Open(settings.StateDirectory, time);
        store.Load(); // a ring that can't be read says so before anyone is asked for a passphrase
        using var held = request.DryRun ? null : await store.LockAsync(TimeSpan.FromSeconds(30), cancellation);
        var loaded = store.Load();
        using var ringKey = RingAccess.ByTokenOrPassphrase(loaded, settings, request.PassphraseFile);
        var before = store.Unseal(loaded, ringKey);
        var old = before.Ring.Active.Id.Text;
        if (request.DryRun)
        {
            Print(
                new RotateReport(loaded.Header.Id.Text, old, null, loaded.Header.Generation, true, false),
                request.Output
            );
            return 0;
        }
        var after = RingChange.Commit(store, before.Ring.Rotate(UtcText.Now(time), before.Digest));
        var reloaded = AdminCall.Reload(settings.AdminSocket) is { Problem: null };
        var header = after.Ring.Header;
        Print(
            new RotateReport(header.Id.Text, old, header.Active.Id.Text, header.Generation, false, reloaded),
            request.Output
        );
        return 0;
    }

    private static void Print(RotateReport report, OutputFormat output)
    {
        if (output == OutputFormat.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.RotateReport));
            return;
        }
        if (report.DryRun)
        {
            Console.Out.WriteLine(
                $"would retire {report.OldKeyId} and make a new key active in generation {report.Generation + 1}"
            );
            return;
        }
        Console.Out.WriteLine($"active key {report.NewKeyId} (generation {report.Generation})");
        Console.Out.WriteLine($"retired    {report.OldKeyId}: what it wrapped stays readable");
        Console.Out.WriteLine(
            report.DaemonReloaded
                ? "kube-apiserver takes the new key with its next Status call, within 80 seconds"
                : "edgekmsd does not run: it takes the new key when it starts"
        );
    }
}
