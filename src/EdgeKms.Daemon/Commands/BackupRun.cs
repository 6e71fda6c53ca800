using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>backup</c>: the newest generation in one sealed file. Works with a sealed ring too.</summary>
internal static class BackupRun
{
    internal sealed record Request(string? File, bool DryRun, OutputFormat Output);

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        var files = new RingFiles(settings, time);
        files.Store.Load();
        // In backup.directory it must not meet a change's own backup.
        using var held = request.DryRun || request.File is not null ? null : await files.LockAsync(cancellation);
        var loaded = files.Store.Load();
        var keys = loaded.Header.Keys.Count(k => k.HasMaterial);
        var opened = Opens(files, loaded, io);
        var bytes = loaded.Sealed.File.ToArray();
        var path = Target(request, files, loaded);
        if (!request.DryRun)
        {
            Write(request, files, loaded, bytes, path);
            files.Record(io, AuditEvent.BackedUp, loaded.Header, Path.GetFileName(path));
        }
        Print(
            new BackupReport(path, loaded.Header.Id.Text, loaded.Header.Generation, keys, opened, request.DryRun),
            request.Output,
            io
        );
        return 0;
    }

    private static string Target(Request request, RingFiles files, LoadedRing loaded)
    {
        if (request.File is { } named)
        {
            return FileStatus.Of(named) is null
                ? Path.GetFullPath(named)
                : throw new CommandException(
                    ExitCode.Refused,
                    $"{named} exists already",
                    "name a file that doesn't exist yet: a backup is never overwritten"
                );
        }
        return files.Backups is { } folder
            ? Path.Combine(folder.FullPath, BackupFolder.Name(loaded.Header, loaded.Sealed.Digest))
            : throw new CommandException(
                ExitCode.Usage,
                "there is no place for the backup: no FILE was named and backup.directory is not set",
                "name a file, best on another disk: edgekms backup /mnt/usb/edgekms.backup"
            );
    }

    /// <summary>Opens the ring with the node token and tests every key, so that nobody keeps a backup of a dead ring.</summary>
    private static bool Opens(RingFiles files, LoadedRing loaded, IoStreams io)
    {
        try
        {
            var ring = files.Store.Unseal(loaded, files.Tokens.Unlock(loaded.Header)).Ring;
            return KeyWrap.FindBroken(ring) is null ? true : throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            io.Warn($"{e.Detail}: the backup is made, but could not be opened to test it");
            return false;
        }
    }

    private static void Write(Request request, RingFiles files, LoadedRing loaded, byte[] bytes, string path)
    {
        if (request.File is null)
        {
            files.Backups!.Prune(loaded.Header.Id, files.Backups.Write(loaded.Header, bytes));
            return;
        }
        var directory = new LinuxDirectory(Path.GetDirectoryName(path)!, isPrivate: false);
        var backup = BackupFile.Write(bytes);
        try
        {
            AtomicWrite.Write(
                directory,
                Path.GetFileName(path),
                backup,
                replace: false,
                back => back.AsSpan().SequenceEqual(backup)
            );
        }
        catch (EdgeKmsException e)
        {
            throw new EdgeKmsException(ErrorCode.BackupFailed, $"no backup was written: {e.Detail}", e);
        }
    }

    private static void Print(BackupReport report, OutputFormat output, IoStreams io)
    {
        if (output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.BackupReport));
            return;
        }
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"key ring {report.RingId}, generation {report.Generation}, {report.Keys} {(report.Keys == 1 ? "key" : "keys")}"
        );
        io.Out.WriteLine(report.DryRun ? $"would write {report.Path}" : $"wrote {report.Path}");
        io.Out.WriteLine(what + (report.Opened ? ", each tested" : ""));
        io.Out.WriteLine("the passphrase or the recovery code opens it on any machine: edgekms restore");
    }
}
