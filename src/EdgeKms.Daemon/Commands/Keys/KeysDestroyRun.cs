using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;

namespace EdgeKms.Daemon.Commands.Keys;

/// <summary>
/// <c>keys destroy</c>: a plan with a digest; with <c>--apply</c> and the administrator's credential a generation without the
/// key's material, then the older generations go. Stopped between the two, the same command finishes.
/// </summary>
internal static class KeysDestroyRun
{
    internal sealed record Request(
        string Id,
        string Evidence,
        string? Apply,
        string? PassphraseFile,
        string? RecoveryCodeFile,
        OutputFormat Output
    );

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        var evidence = EvidenceFile.Read(request.Evidence);
        using var session = await RingSession.OpenAsync(settings, time, request.Apply is null, io, cancellation);
        var header = session.Loaded.Header;
        var key = Find(header, request.Id);
        var older = session.Files.Store.CountBelow(header.Generation);
        if (key.State == KekState.Destroyed)
            return Finish(session, header, key, older, request, io);
        if (
            DestructionPolicy.Refuse(
                header,
                key,
                evidence.Of(key.Id.Text),
                settings.RetentionMinimumDays,
                UtcText.Now(time)
            ) is
            { } reason
        )
        {
            throw new CommandException(
                ExitCode.Refused,
                reason,
                "a key that stays costs 32 bytes; nothing has to be destroyed"
            );
        }
        var plan = DestructionPlan.Of(header, key, evidence.Digest, older, Backups(session, header));
        if (request.Apply is null)
        {
            Print(Report(header, key, plan, older, Backups(session, header)?.Files), request.Output, io);
            return 0;
        }
        if (!string.Equals(request.Apply, plan.Digest, StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(
                ExitCode.Refused,
                "the digest is not that of the plan as it is now",
                "look at the plan again: the same command without --apply"
            );
        }
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var changed = session.Files.Writer.Destroy(session.Open(credential), key.Id.Text);
        var reloaded = session.Announce(changed);
        var after = changed.Stored.Ring.Header;
        var deleted = Delete(session, after, io);
        var report = Report(after, key, plan, deleted, Backups(session, header)?.Files) with
        {
            Applied = true,
            Warnings = Reports.Warnings(changed),
            DaemonReloaded = reloaded,
        };
        Print(report, request.Output, io);
        return 0;
    }

    private static KekEntry Find(RingHeader header, string id) =>
        header.Keys.FirstOrDefault(k => string.Equals(k.Id.Text, id, StringComparison.Ordinal))
        ?? throw new CommandException(
            ExitCode.Usage,
            "the ring has no such key",
            "\"edgekms keys list\" shows the keys"
        );

    /// <summary>The key is gone already; an interrupted command may have left files that hold it.</summary>
    private static int Finish(
        RingSession session,
        RingHeader header,
        KekEntry key,
        int older,
        Request request,
        IoStreams io
    )
    {
        var plan = new DestructionPlan([$"{key.Id.Text} is destroyed already"], "");
        var isLeft = older > 0 && session.Files.Store.HoldsBelow(header.Generation, key.Id.Text);
        var deleted = isLeft && request.Apply is not null ? Delete(session, header, io) : 0;
        Print(
            Report(header, key, plan, isLeft ? older : 0, null) with
            {
                Applied = deleted > 0 || !isLeft,
            },
            request.Output,
            io
        );
        return 0;
    }

    /// <summary>The change stands: what can't be deleted is a warning, and the same command tries again.</summary>
    private static int Delete(RingSession session, RingHeader after, IoStreams io)
    {
        try
        {
            return session.Files.Store.DeleteBelow(after.Generation);
        }
        catch (EdgeKmsException e)
        {
            io.Warn($"older generations still hold the key ({e.Detail}): run the same command again");
            return 0;
        }
    }

    private static (int Files, string Folder)? Backups(RingSession session, RingHeader header) =>
        session.Files.Backups is { } folder ? (folder.List(header.Id).Count, folder.FullPath) : null;

    private static DestroyReport Report(
        RingHeader header,
        KekEntry key,
        DestructionPlan plan,
        int older,
        int? backups
    ) =>
        new(
            header.Id.Text,
            key.Id.Text,
            header.Generation,
            plan.Digest,
            plan.Lines,
            Applied: false,
            older,
            backups,
            [],
            DaemonReloaded: false
        );

    private static void Print(DestroyReport report, OutputFormat output, IoStreams io)
    {
        if (output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.DestroyReport));
            return;
        }
        foreach (var line in report.Plan)
            io.Out.WriteLine((report.Applied ? "done:  " : "plan:  ") + line);
        if (!report.Applied && report.Digest.Length > 0)
            io.Out.WriteLine($"nothing was changed; to carry it out: --apply {report.Digest}");
    }
}
