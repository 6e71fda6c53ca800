using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The folder of backups and the newest one in it.</summary>
internal static class BackupChecks
{
    private const string NotConfigured = "backup.directory is not set";

    internal static readonly Check Configured = new(
        "EK-BACKUP-001",
        "backup.directory is set and there",
        "With it each change of the ring leaves a sealed backup. Without a backup, a lost disk is a lost cluster.",
        CanStop: false,
        CanLose: true,
        IsConfigured
    );

    internal static readonly Check UpToDate = new(
        "EK-BACKUP-002",
        "the newest backup is that of the newest generation",
        "What was encrypted since the backup can't be read with it.",
        CanStop: false,
        CanLose: true,
        IsUpToDate
    );

    internal static readonly Check Opens = new(
        "EK-BACKUP-003",
        "the newest backup is whole, opens, and every key in it passes its self-test",
        "A backup that does not open is none. The folder's disk may be failing.",
        CanStop: false,
        CanLose: true,
        DoesOpen
    );

    internal static readonly Check Elsewhere = new(
        "EK-BACKUP-004",
        "backup.directory is on another file system than the state directory",
        "One failing disk takes ring and backups together.",
        CanStop: false,
        CanLose: true,
        IsElsewhere
    );

    private static Finding IsConfigured(Machine machine)
    {
        if (machine.Settings.BackupDirectory is not { } path)
            return Configured.Warn(NotConfigured, "edgekms backup FILE", loses: true);
        if (Directory.Exists(path))
            return Configured.Pass($"each change of the ring is backed up to {path}");
        return machine.Settings.BackupRequired
            ? Configured.Fail(
                $"{path} is not there, so no change of the ring is possible",
                $"mount {path}",
                loses: true
            )
            : Configured.Warn($"{path} is not there", $"mount {path}", loses: true);
    }

    private static Finding IsUpToDate(Machine machine)
    {
        if (Folder(machine) is not { } folder)
            return UpToDate.Skip(Reason(machine));
        if (Newest(machine, folder) is not { } name)
            return UpToDate.Warn(
                $"there is no backup of this ring in {folder.FullPath}",
                "edgekms backup",
                loses: true
            );
        if (TryRead(folder, name) is not { Header: var saved })
            return UpToDate.Skip("the newest backup can't be read: see EK-BACKUP-003");
        var days = Math.Max(0, (int)(machine.Now - saved.Written).TotalDays);
        var text = Invariant($"the newest backup is that of generation {saved.Generation}, {days} days old");
        return string.Equals(name, Expected(machine), StringComparison.Ordinal)
            ? UpToDate.Pass(text)
            : UpToDate.Warn(
                text + Invariant($"; the ring is generation {machine.Header!.Generation}"),
                "edgekms backup",
                loses: true
            );
    }

    private static Finding DoesOpen(Machine machine)
    {
        if (Folder(machine) is not { } folder)
            return Opens.Skip(Reason(machine));
        if (Newest(machine, folder) is not { } name)
            return Opens.Skip("there is no backup: see EK-BACKUP-002");
        SealedRing backup;
        try
        {
            backup = folder.Read(name);
        }
        catch (EdgeKmsException e)
        {
            return Opens.Fail(e.Detail!, "edgekms backup", loses: true);
        }
        if (machine.RingKey is not { } key)
            return Opens.Skip($"{name} is whole by its digest; without the node token it can't be opened");
        var outcome = backup.Open(key, out var ring);
        if (outcome == RingOutcome.MacFailure && backup.Header.Generation != machine.Header!.Generation)
            return Opens.Skip(
                $"{name} has an earlier ring key: only a passphrase or the recovery code of then opens it"
            );
        if (outcome != RingOutcome.Ok)
            return Opens.Fail($"{name} was changed: it does not open", "edgekms backup", loses: true);
        return KeyWrap.FindBroken(ring!) is { } bad
            ? Opens.Fail($"the key {bad.Id} of {name} failed its self-test", "edgekms backup", loses: true)
            : Opens.Pass(Invariant($"{name} opens, with {ring!.Header.Keys.Count} keys"));
    }

    private static Finding IsElsewhere(Machine machine)
    {
        if (machine.Settings.BackupDirectory is not { } path)
            return Elsewhere.Skip(NotConfigured);
        var (state, folder) = (DirectoryPlace.Of(machine.Settings.StateDirectory), DirectoryPlace.Of(path));
        if (state is null || folder is null)
            return Elsewhere.Skip($"there is no {(state is null ? machine.Settings.StateDirectory : path)}");
        return state.Status.Device == folder.Status.Device
            ? Elsewhere.Warn($"{path} is on the state directory's file system", "edgekms backup FILE", loses: true)
            : Elsewhere.Pass($"{path} is on another file system");
    }

    /// <summary>The folder, where it and a readable ring are there.</summary>
    private static BackupFolder? Folder(Machine machine) =>
        machine.Header is not null && Directory.Exists(machine.Settings.BackupDirectory) ? machine.Files.Backups : null;

    private static string Reason(Machine machine) =>
        machine.Settings.BackupDirectory is null ? NotConfigured
        : machine.Header is null ? Machine.NoRing
        : "the folder is not there: see EK-BACKUP-001";

    /// <summary>That of the newest generation, else the newest of this ring.</summary>
    private static string? Newest(Machine machine, BackupFolder folder)
    {
        var names = folder.List(machine.Header!.Id);
        return names.Contains(Expected(machine), StringComparer.Ordinal) ? Expected(machine)
            : names is [.., var last] ? last
            : null;
    }

    private static string Expected(Machine machine) => BackupFolder.Name(machine.Header!, machine.Newest!.Digest);

    private static SealedRing? TryRead(BackupFolder folder, string name)
    {
        try
        {
            return folder.Read(name);
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }
}
