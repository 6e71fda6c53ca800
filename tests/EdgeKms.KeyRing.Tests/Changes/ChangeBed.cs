using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>
/// A machine's directories with a ring of <see cref="Old"/> generations, two administrator slots, a node token and a
/// folder of backups, and an envelope of every key whose generation was committed and returned.
/// </summary>
internal sealed class ChangeBed
{
    internal const int Old = 17; // so that a change removes an old generation too
    internal const int Keep = 3;
    internal const int Gap = 5;
    internal const string TokenName = "node.token";
    internal const string Administrator = "administrator";

    private static readonly Lazy<ChangeBed> Template = new(Make);
    private static int _made;

    private readonly Dictionary<string, byte[]> _envelopes;

    private ChangeBed(
        MemoryDirectory state,
        MemoryDirectory ring,
        MemoryDirectory backups,
        Dictionary<string, byte[]> envelopes,
        bool backupRequired
    )
    {
        (State, Ring, Backups, _envelopes) = (state, ring, backups, envelopes);
        var time = new FakeTimeProvider(new DateTimeOffset(Given.Monday.AddDays(600)));
        Store = new RingStore(state, ring, time);
        Tokens = new NodeTokenFile(state, TokenName);
        Folder = new BackupFolder(backups, Keep);
        Writer = new RingWriter(Store, Tokens, Folder, backupRequired, time);
        // Rings have no Dispose: without this the process runs out of mappings before the collector sees a reason.
        if (Interlocked.Increment(ref _made) % 256 == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    internal MemoryDirectory State { get; }

    internal MemoryDirectory Ring { get; }

    internal MemoryDirectory Backups { get; }

    internal RingStore Store { get; }

    internal NodeTokenFile Tokens { get; }

    internal BackupFolder Folder { get; }

    internal RingWriter Writer { get; }

    internal StoredRing Stored { get; private set; } = null!;

    internal int Generation => Stored.Ring.Header.Generation;

    internal static ChangeBed Fresh(bool backupRequired = false)
    {
        var made = Template.Value;
        lock (made)
        {
            var bed = made.Reboot(true, true, backupRequired);
            bed.Stored = made.Stored;
            return bed;
        }
    }

    internal void Use(Steps steps) => (State.Steps, Ring.Steps, Backups.Steps) = (steps, steps, steps);

    internal ChangeBed Reboot(bool keepNames, bool keepContents, bool backupRequired = false) =>
        new(
            State.Reboot(keepNames, keepContents),
            Ring.Reboot(keepNames, keepContents),
            Backups.Reboot(keepNames, keepContents),
            new(_envelopes),
            backupRequired
        );

    /// <summary>The same machine once more, not rebooted.</summary>
    internal ChangeBed Copy() =>
        new(State.Copy(), Ring.Copy(), Backups.Copy(), new(_envelopes), false) { Stored = Stored };

    /// <summary>Makes the change; what it returned is remembered as promised.</summary>
    /// <returns>Null for the backup alone.</returns>
    internal ChangedRing? Apply(Change change)
    {
        var header = Stored.Ring.Header;
        var administrators = header.Slots.Where(s => s.Kind != SlotKind.Node);
        switch (change)
        {
            case Change.Rotate:
                return Take(Writer.Rotate(Stored));
            case Change.ReplaceToken:
                return Take(Writer.ReplaceToken(Stored));
            case Change.AddSlot:
                var third = Slot(header, header.Slots[^1].Number + 1, "third", Stored.Ring.RingKey);
                return Take(Writer.WithSlots(Stored, [.. administrators, third]));
            case Change.RemoveSlot:
                var ringKey = SecretBytes.Random(32);
                var only = Slot(header, header.Slots[^1].Number + 1, Administrator, ringKey);
                return Take(Writer.Rekey(Stored, ringKey, [only]));
            case Change.RotateAboveAGap:
                return Take(Writer.RotateAbove(Stored, Generation + Gap));
            default:
                var file = Ring.Peek($"ring-{Generation:D8}")!;
                Folder.Prune(header.Id, Folder.Write(header, file));
                return null;
        }
    }

    /// <summary>Carries on from the backup of an older generation, as the administrator does.</summary>
    internal void Restore(int generation)
    {
        var name = Backups.List().Single(n => n.Contains($"-{generation:D8}-"));
        var file = BackupFile.Read(Backups.Peek(name)!, name);
        Assert.Equal(RingOutcome.Ok, file.Open(Unlock(file.Header), out var ring));
        Take(Writer.RotateAbove(new StoredRing(ring!, file.Digest, null), Generation));
    }

    /// <summary>The generation after this change.</summary>
    internal int After(Change change) =>
        change switch
        {
            Change.RotateAboveAGap => Generation + Gap + 1,
            Change.BackupAlone => Generation,
            _ => Generation + 1,
        };

    /// <summary>
    /// Opens the ring as the daemon does at its start. Every promised envelope must open, and the administrator's slot
    /// must hold the same ring key.
    /// </summary>
    /// <returns>The generation.</returns>
    internal int CheckWhole()
    {
        var loaded = Store.Load();
        Stored = NodeAccess.Open(Store, loaded, Tokens, 0, Given.Monday);
        Assert.True(KeyWrap.SelfTest(Stored.Ring));
        CheckEnvelopes(Stored.Ring);
        using var ringKey = Unlock(loaded.Header);
        Assert.Equal(Given.Reveal(ringKey), Given.Reveal(Stored.Ring.RingKey));
        return Generation;
    }

    /// <summary>The backup parses, the administrator opens it, and it has every promised key.</summary>
    internal void CheckBackup(string name)
    {
        var file = Folder.Read(name);
        using var ringKey = Unlock(file.Header);
        Assert.Equal(RingOutcome.Ok, file.Open(ringKey, out var ring));
        CheckEnvelopes(ring!);
        ring!.Forget();
    }

    /// <summary>
    /// The change that comes after a crash: it succeeds without a warning, leaves nothing of what was interrupted, and
    /// what it returned survives a power cut at once.
    /// </summary>
    /// <param name="cut">False leaves the power cut out: a secret costs a system call or five.</param>
    internal void RotateAgain(bool cut = true)
    {
        var before = Generation;
        var changed = Apply(Change.Rotate)!;
        Assert.Empty(changed.Warnings);
        Assert.InRange(changed.Stored.Ring.Header.Generation, before + 1, before + Gap + 2);
        CheckTidy();
        // The backup of a generation that was not made must not be taken for the newest.
        Assert.Equal(changed.Backup, Folder.List(changed.Stored.Ring.Header.Id)[^1]);
        if (!cut)
            return;
        var dropped = Reboot(false, false);
        Assert.Equal(changed.Stored.Ring.Header.Generation, dropped.CheckWhole());
        dropped.CheckBackup(changed.Backup!);
    }

    internal void CheckTidy()
    {
        string[] left = [.. State.List(), .. Ring.List(), .. Backups.List()];
        Assert.DoesNotContain(left, n => n.StartsWith(AtomicWrite.TemporaryPrefix) || n.EndsWith(".next"));
        Assert.InRange(Ring.List().Count, 2, RingLimits.KeptGenerations);
        Assert.InRange(Backups.List().Count, 1, Keep);
    }

    internal static Slot Slot(RingHeader header, int number, string secret, SecretBytes ringKey) =>
        Slot(header.Id, number, secret, ringKey);

    internal static Slot Slot(RingId ring, int number, string secret, SecretBytes ringKey)
    {
        var (kdf, salt) = (new SlotKdf.HkdfSha256(), Given.Bytes(secret)[..KeyRing.Slots.Slot.SaltSize]);
        using var word = Given.Secret(secret);
        using var stretched = SlotStretch.TryStretch(kdf, salt, word)!;
        return SlotSeal.Close(ring, number, SlotKind.Admin, Given.Monday, kdf, salt, stretched, ringKey);
    }

    /// <summary>The ring key by the administrator's slot, as a passphrase would give it.</summary>
    internal static SecretBytes Unlock(RingHeader header)
    {
        var key = TryUnlock(header);
        Assert.NotNull(key);
        return key;
    }

    internal static SecretBytes? TryUnlock(RingHeader header)
    {
        using var word = Given.Secret(Administrator);
        return RingUnlock.TryOpen(header, SlotKind.Admin, s => SlotStretch.TryStretch(s.Kdf, s.Salt, word));
    }

    private static ChangeBed Make()
    {
        var bed = new ChangeBed(
            new("/state", new Steps()),
            new("/state/ring", new Steps()),
            new("/backups", new Steps()),
            [],
            backupRequired: true
        );
        var (id, first, kek) = KekRing.CreateFirst(Given.Monday);
        var ringKey = SecretBytes.Random(32);
        Slot[] slots = [Slot(id, 1, Administrator, ringKey), Slot(id, 2, "second", ringKey)];
        bed.Take(bed.Writer.Create(id, ringKey, slots, (_, all) => KekRing.Create(id, first, kek, ringKey, all)));
        while (bed.Generation < Old)
            bed.Apply(Change.Rotate);
        return bed;
    }

    private ChangedRing Take(ChangedRing changed)
    {
        Stored = changed.Stored;
        var ring = Stored.Ring;
        _envelopes.TryAdd(ring.Active.Id.Text, KeyWrap.Wrap(ring, ring.Active, Given.Bytes("seed")));
        return changed;
    }

    private void CheckEnvelopes(KekRing ring)
    {
        foreach (var (id, envelope) in _envelopes)
            Assert.Equal(Given.Bytes("seed"), KeyWrap.Unwrap(ring, id, envelope));
    }
}
