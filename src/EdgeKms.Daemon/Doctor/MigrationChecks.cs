using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>What <c>edgekms migrate</c> leaves beside kube-apiserver's configuration.</summary>
internal static class MigrationChecks
{
    private const uint ReachedByOthers = 0x3F; // 077
    private const int Shown = 10;

    internal static readonly Check Copies = new(
        "EK-CONF-003",
        "configurations that migrations replaced (FILE.before-migration-N) are kept and private",
        "They hold the keys that backups of the datastore from before the migration need: who deletes them can't read such a backup any "
            + "more, and who can read them can read every Secret in it.",
        CanStop: false,
        CanLose: false,
        ArePrivate
    );

    internal static readonly Check UnderWay = new(
        "EK-CONF-004",
        "no migration is under way",
        "Between two steps of a migration everything is readable, and the old provider stays in the file. As long as it is not finished, not "
            + "everything is stored by the provider that it leads to.",
        CanStop: false,
        CanLose: false,
        IsFinished
    );

    private static Finding ArePrivate(Machine machine)
    {
        if (Find(machine, Copies, out var skipped) is not { } found)
            return skipped!;
        List<string> copies = [.. found.SelectMany(k => k.Copies)];
        if (copies.Count == 0)
            return Copies.Pass("no migration has kept a copy");
        if (Wrong(copies, s => (s.Mode & ReachedByOthers) != 0) is { Count: > 0 } open)
        {
            return Copies.Warn(
                Invariant(
                    $"{open.Count} of {copies.Count} kept copies can be reached by others than their owner: {Names(open)}"
                ),
                $"chmod 600 {string.Join(' ', open)}"
            );
        }
        if (Wrong(copies, s => s.User != 0 && s.User != FileStatus.OwnUser) is { Count: > 0 } foreign)
        {
            return Copies.Warn(
                Invariant(
                    $"{foreign.Count} of {copies.Count} kept copies belong to another user than root: {Names(foreign)}"
                ),
                $"chown root {string.Join(' ', foreign)}"
            );
        }
        return Copies.Pass(
            Invariant($"{copies.Count} kept {(copies.Count == 1 ? "copy" : "copies")}, private: {Names(copies)}")
        );
    }

    private static Finding IsFinished(Machine machine)
    {
        if (Find(machine, UnderWay, out var skipped) is not { } found)
            return skipped!;
        if (found.FirstOrDefault(k => k.Journal is not null) is not { } open)
            return UnderWay.Pass("no migration is under way");
        var abort = $"edgekms migrate --abort --encryption-config {open.Configuration}";
        return UnderWay.Warn(
            $"a migration of {open.Configuration} is under way ({Path.GetFileName(open.Journal)})",
            open.GoesOn() is { } same ? $"{same} goes on; {abort} leads back" : abort
        );
    }

    private static IReadOnlyList<KeptCopies>? Find(Machine machine, Check check, out Finding? skipped)
    {
        try
        {
            skipped = null;
            return KeptCopies.Find(machine.Configurations);
        }
        catch (UnauthorizedAccessException e)
        {
            skipped = check.Skip($"{e.Message}: run \"sudo edgekms doctor\"");
            return null;
        }
    }

    private static List<string> Wrong(List<string> copies, Func<FileStatus, bool> isWrong) =>
        copies.FindAll(c => FileStatus.Of(c) is { } status && isWrong(status));

    private static string Names(List<string> copies) =>
        string.Join(", ", copies.Take(Shown).Select(KeptCopies.Named))
        + (copies.Count > Shown ? Invariant($" and {copies.Count - Shown} more") : "");
}
