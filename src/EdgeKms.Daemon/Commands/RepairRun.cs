using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// <c>repair</c>: a node token that is lost, damaged or another ring's is replaced, with the passphrase or the recovery
/// code. Works on local files alone; running it twice changes nothing the second time.
/// </summary>
internal static class RepairRun
{
    internal sealed record Request(string? PassphraseFile, string? RecoveryCodeFile, bool DryRun, OutputFormat Output);

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var store = RingStore.Open(settings.StateDirectory, time);
        var tokenFile = new NodeTokenFile(settings.NodeTokenFile);
        var findings = new List<string>();
        var actions = new List<string>();
        store.Load();
        using var held = request.DryRun ? null : await store.LockAsync(TimeSpan.FromSeconds(30), cancellation);
        var loaded = store.Load();
        findings.Add($"key ring {loaded.Header.Id}, generation {loaded.Header.Generation}, is there");

        if (TokenProblem(loaded, tokenFile) is not { } problem)
        {
            findings.Add("the node token opens it: nothing to repair");
        }
        else
        {
            findings.Add(problem);
            if (request.DryRun)
            {
                actions.Add("would ask for the passphrase or the recovery code and write a new node token");
            }
            else
            {
                using var ringKey = request.RecoveryCodeFile is { } code
                    ? RingAccess.ByRecoveryCode(loaded, code)
                    : RingAccess.ByPassphrase(loaded, request.PassphraseFile);
                ReplaceToken(store, store.Unseal(loaded, ringKey), ringKey, tokenFile, UtcText.Now(time), actions);
            }
        }
        var reload = request.DryRun ? null : AdminCall.Reload(settings.AdminSocket);
        if (reload is { Problem: null })
            actions.Add("the daemon serves the ring");
        else if (reload?.Problem is { } still)
            findings.Add($"the daemon still says: {still.Text}");
        Print(new RepairReport(findings, actions, request.DryRun, reload is { Problem: null }), request.Output);
        return 0;
    }

    private static string? TokenProblem(LoadedRing loaded, NodeTokenFile tokenFile)
    {
        try
        {
            using var key = tokenFile.Unlock(loaded);
            return null;
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            return e.Detail!;
        }
    }

    /// <summary>
    /// The ring first, then the token: a crash between the two leaves the old, useless token and a ring that the
    /// passphrase opens, and repair does it again.
    /// </summary>
    private static void ReplaceToken(
        RingStore store,
        StoredRing stored,
        SecretBytes ringKey,
        NodeTokenFile tokenFile,
        DateTime now,
        List<string> actions
    )
    {
        var header = stored.Ring.Header;
        var number = header.Slots[^1].Number + 1;
        using var token = NodeToken.Create(header.Id, number);
        var slot = NewSlots.Make(
            header.Id,
            number,
            SlotKind.Node,
            now,
            new SlotKdf.HkdfSha256(),
            token.Secret,
            ringKey
        );
        KekRing next = stored.Ring.WithSlots(
            now,
            stored.Digest,
            [.. header.Slots.Where(s => s.Kind != SlotKind.Node), slot]
        );
        RingChange.Commit(store, next);
        actions.Add($"made node slot {number} (generation {next.Header.Generation})");
        if (tokenFile.Exists)
            actions.Add($"kept the old token as {tokenFile.MoveAside()}");
        LinuxDirectory.Make(tokenFile.Directory.Path);
        tokenFile.Write(token);
        actions.Add($"wrote the node token {tokenFile.FullPath}");
    }

    private static void Print(RepairReport report, OutputFormat output)
    {
        if (output == OutputFormat.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.RepairReport));
            return;
        }
        foreach (var finding in report.Findings)
            Console.Out.WriteLine($"found: {finding}");
        foreach (var action in report.Actions)
            Console.Out.WriteLine(report.DryRun ? action : $"done:  {action}");
    }
}
