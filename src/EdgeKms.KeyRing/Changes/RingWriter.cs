// Purpose:    one change of the ring, the same for the schedule and for every command.
// References: design.md sections 4 and 6.
// Parameters: the caller holds the write lock from before it loaded the ring until the change is made.
// Limits:     the order is the point. The next node token is durable, then the backup, then the ring (the commit), then
//             the token takes its name. Stopped anywhere, the ring is generation N or N+1, a token opens it, and a key
//             that was ever announced is in a backup, if backups are kept. A backup of a generation that was not made
//             is harmless: it holds every key of the one before.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Changes;

/// <summary>Makes new generations with a new node token, and their backup.</summary>
/// <param name="store">Where the ring is.</param>
/// <param name="tokens">Where the node token is.</param>
/// <param name="backups">The folder of backups; null when none is configured.</param>
/// <param name="backupRequired">True: without its backup a change is refused.</param>
/// <param name="time">The clock.</param>
/// <param name="audit">Gets the events of each change that was made; null writes none.</param>
public sealed class RingWriter(
    RingStore store,
    NodeTokenFile tokens,
    BackupFolder? backups,
    bool backupRequired,
    TimeProvider time,
    AuditLog? audit = null
)
{
    /// <summary>A new active KEK and a new node token.</summary>
    /// <param name="before">The ring as it is.</param>
    /// <exception cref="EdgeKmsException">RingRolledBack (no whole checkpoint, and a newer generation is remembered),
    /// BackupFailed (required), RingFull, RingLimit, RingChanged, or I/O; the ring stands.</exception>
    public ChangedRing Rotate(StoredRing before)
    {
        RefuseToBless(before);
        return Rotate(before, 0, useReserve: false);
    }

    /// <summary>
    /// As <see cref="Rotate(StoredRing)"/>, where an administrator or the repair has decided to carry on from this ring. Has room on a full
    /// ring too.
    /// </summary>
    /// <param name="before">The ring as it is.</param>
    /// <param name="highest">The highest authentic generation seen anywhere, where that is above <paramref name="before"/>'s.</param>
    public ChangedRing RotateAbove(StoredRing before, int highest) => Rotate(before, highest, useReserve: true);

    /// <summary>A new node token and no other change.</summary>
    /// <inheritdoc cref="Rotate(StoredRing)"/>
    public ChangedRing ReplaceToken(StoredRing before)
    {
        RefuseToBless(before);
        return ReplaceTokenAbove(before, 0);
    }

    /// <summary>As <see cref="ReplaceToken"/>, where an administrator or the repair has decided to carry on from this ring.</summary>
    /// <inheritdoc cref="RotateAbove"/>
    public ChangedRing ReplaceTokenAbove(StoredRing before, int highest)
    {
        var ring = Base(before, highest);
        return Write(before, ring.RingKey, Others(ring), (now, slots) => ring.WithSlots(now, before.Digest, slots));
    }

    /// <summary>These administrator slots and a new node token.</summary>
    /// <inheritdoc cref="Rotate(StoredRing)"/>
    public ChangedRing WithSlots(StoredRing before, IReadOnlyList<Slot> administrators)
    {
        RefuseToBless(before);
        var ring = Base(before, 0);
        return Write(before, ring.RingKey, administrators, (now, slots) => ring.WithSlots(now, before.Digest, slots));
    }

    /// <summary>Without the material of a retired KEK, and with a new node token. Older generations still hold it.</summary>
    /// <param name="before">The ring as it is.</param>
    /// <param name="keyId">A retired key.</param>
    /// <inheritdoc cref="Rotate(StoredRing)"/>
    public ChangedRing Destroy(StoredRing before, string keyId)
    {
        RefuseToBless(before);
        var ring = Base(before, 0);
        return Write(
            before,
            ring.RingKey,
            Others(ring),
            (now, slots) => ring.Destroy(now, before.Digest, keyId, slots)
        );
    }

    /// <summary>
    /// A new ring key, a new active KEK and a new node token: whoever kept a removed slot's secret and an old ring file
    /// opens no later generation. Has room on a full ring too.
    /// </summary>
    /// <param name="before">The ring as it is.</param>
    /// <param name="ringKey">The new ring key (32 bytes).</param>
    /// <param name="administrators">Slots that wrap the new ring key.</param>
    /// <inheritdoc cref="Rotate(StoredRing)"/>
    public ChangedRing Rekey(StoredRing before, SecretBytes ringKey, IReadOnlyList<Slot> administrators)
    {
        RefuseToBless(before);
        var ring = Base(before, 0);
        return Write(
            before,
            ringKey,
            administrators,
            (now, slots) => ring.Rotate(now, before.Digest, slots, ringKey, useReserve: true)
        );
    }

    /// <summary>The first generation of a new ring: <paramref name="build"/> gets the date and all slots.</summary>
    public ChangedRing Create(
        RingId id,
        SecretBytes ringKey,
        IReadOnlyList<Slot> administrators,
        Func<DateTime, IReadOnlyList<Slot>, KekRing> build
    ) => Write(null, id, ringKey, administrators, build);

    /// <summary>
    /// A change writes a checkpoint that names its generation. Without a whole checkpoint, on a ring that the audit log or the backups
    /// know to be an older one, that would make the older ring the right one in silence: "edgekms repair" asks first.
    /// </summary>
    private void RefuseToBless(StoredRing before)
    {
        if (before.CheckpointIsWhole)
            return;
        var header = before.Ring.Header;
        if ((Evidence.InTheLog(header, audit?.TryFacts()) ?? NewerBackup(before)) is { } told)
        {
            throw new EdgeKmsException(
                ErrorCode.RingRolledBack,
                $"there is no whole checkpoint, and {told}: the ring may be an older one"
            );
        }
    }

    private string? NewerBackup(StoredRing before)
    {
        var own = before.Ring.Header.Generation;
        var highest = backups?.HighestAbove(before.Ring.Header.Id, own, file => IsOurs(before, file)) ?? own;
        return highest > own
            ? FormattableString.Invariant($"there is a backup of generation {highest}, but the newest is {own}")
            : null;
    }

    /// <summary>
    /// Above every generation that there is a backup of, too. A change that was stopped between its backup and its
    /// commit leaves the backup of a ring that was never used: under the same number as the next one, either could be
    /// taken for the newest. So could the backups of a machine that an older one was restored for.
    /// </summary>
    private KekRing Base(StoredRing before, int highest)
    {
        var header = before.Ring.Header;
        highest = Math.Max(highest, header.Generation);
        store.RefuseAbove(highest); // by the disk alone: a backup must not hide that somebody changed the ring
        highest = backups?.HighestAbove(header.Id, highest, file => IsOurs(before, file)) ?? highest;
        return before.Ring.Above(highest, before.Digest);
    }

    /// <summary>The ring key that is, or the one that the interrupted change was about to introduce.</summary>
    private bool IsOurs(StoredRing before, SealedRing backup)
    {
        if (backup.IsAuthentic(before.Ring.RingKey))
            return true;
        using var next = tokens.TryUnlockByNext(backup.Header);
        return next is not null && backup.IsAuthentic(next);
    }

    private ChangedRing Rotate(StoredRing before, int highest, bool useReserve)
    {
        var ring = Base(before, highest);
        return Write(
            before,
            ring.RingKey,
            Others(ring),
            (now, slots) => ring.Rotate(now, before.Digest, slots, useReserve: useReserve)
        );
    }

    private static IReadOnlyList<Slot> Others(KekRing ring) =>
        [.. ring.Header.Slots.Where(s => s.Kind != SlotKind.Node)];

    private ChangedRing Write(
        StoredRing before,
        SecretBytes ringKey,
        IReadOnlyList<Slot> administrators,
        Func<DateTime, IReadOnlyList<Slot>, KekRing> build
    )
    {
        var header = before.Ring.Header;
        // The token of a generation is given up only for one that no power cut takes away any more. A restore's ring is
        // not the one on disk, which a token must open until the restore is made.
        store.SyncGenerations();
        tokens.Settle(store.TryNewest() ?? header);
        return Write(before.Ring, header.Id, ringKey, administrators, build);
    }

    private ChangedRing Write(
        KekRing? before,
        RingId id,
        SecretBytes ringKey,
        IReadOnlyList<Slot> administrators,
        Func<DateTime, IReadOnlyList<Slot>, KekRing> build
    )
    {
        var now = UtcText.Now(time);
        // A slot's number is never used again: the node slot, made last, has the highest.
        var slots = administrators.Concat(before?.Header.Slots ?? []);
        using var token = NodeToken.Create(id, slots.Select(s => s.Number).DefaultIfEmpty(0).Max() + 1);
        var next = build(now, [.. administrators, NodeSlot(token, now, ringKey)]);
        tokens.Stage(token);
        var warnings = new List<ChangeWarning>();
        var file = SealedRing.Seal(next);
        var makesKey = before is null || before.Find(next.Active.Id.Text) is null;
        var backup = BackUp(next.Header, file, makesKey && backupRequired, warnings);
        var stored = Commit(next, file, backup);
        if (!stored.CheckpointIsWhole)
        {
            var why = stored.MarkProblem;
            warnings.Add(
                new(
                    why?.Code ?? ErrorCode.CheckpointDamaged,
                    $"the checkpoint could not be written: {why?.Detail ?? "an older ring put back would not be noticed"}"
                )
            );
        }
        try
        {
            tokens.Promote();
        }
        catch (EdgeKmsException e)
        {
            // The successor opens the ring under its own name: readers try both, the next change tries again.
            warnings.Add(new(e.Code, $"the new node token keeps a temporary name: {e.Detail}"));
        }
        if (backup is not null)
            backups!.Prune(id, backup);
        Record(before, next, backup, warnings);
        return new ChangedRing(stored, backup, warnings);
    }

    private void Record(KekRing? before, KekRing next, string? backup, List<ChangeWarning> warnings)
    {
        if (audit is null)
            return;
        var rekeyed = before is not null && !ReferenceEquals(before.RingKey, next.RingKey);
        var events = ChangeEvents.Between(before?.Header, next.Header, rekeyed);
        if (backup is not null)
            events.Add(AuditEntry.Of(AuditEvent.BackedUp, next.Header) with { Detail = backup });
        else if (backups is not null)
            events.Add(AuditEntry.Of(AuditEvent.BackupFailed, next.Header));
        if (!audit.TryAppend([.. events]))
            warnings.Add(new(ErrorCode.StorageFailed, $"the audit log in {audit.Path} could not be written"));
    }

    private static Slot NodeSlot(NodeToken token, DateTime now, SecretBytes ringKey)
    {
        var kdf = new SlotKdf.HkdfSha256();
        var salt = RandomNumberGenerator.GetBytes(Slot.SaltSize);
        using var stretched = SlotStretch.TryStretch(kdf, salt, token.Secret)!;
        return SlotSeal.Close(token.Ring, token.Slot, SlotKind.Node, now, kdf, salt, stretched, ringKey);
    }

    /// <param name="next">The generation.</param>
    /// <param name="file">Its file.</param>
    /// <param name="isRequired">True only where a KEK is made: without one nothing is lost by a backup that is missing, and a machine
    /// whose backup disk is gone must be repairable.</param>
    /// <param name="warnings">Gets what failed.</param>
    private string? BackUp(RingHeader next, byte[] file, bool isRequired, List<ChangeWarning> warnings)
    {
        if (backups is null)
            return null;
        try
        {
            return backups.Write(next, file);
        }
        catch (EdgeKmsException e) when (!isRequired)
        {
            warnings.Add(new(e.Code, e.Detail!));
            return null;
        }
        catch (EdgeKmsException)
        {
            TakeBack(BackupFolder.Name(next, SHA256.HashData(file)));
            throw;
        }
    }

    private StoredRing Commit(KekRing next, byte[] file, string? backup)
    {
        try
        {
            return store.Commit(next, file);
        }
        catch (EdgeKmsException)
        {
            // Unless the rename came through and only the directory could not be synced: then token and backup are right.
            if (!store.Has(next.Header.Generation))
                TakeBack(backup);
            throw;
        }
    }

    private void TakeBack(string? backup)
    {
        if (backup is not null)
            backups!.Remove(backup);
        try
        {
            tokens.Unstage();
        }
        catch (EdgeKmsException)
        {
            // It opens nothing; the next change overwrites it.
        }
    }
}
