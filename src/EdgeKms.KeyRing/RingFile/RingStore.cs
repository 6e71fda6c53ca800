using System.Globalization;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// The generations of one ring on disk, and its checkpoint. Loading never writes; a change is written by
/// <see cref="Commit(KekRing)"/> under <see cref="LockAsync"/>.
/// </summary>
/// <param name="state">Holds the checkpoint and the locks.</param>
/// <param name="ring">Holds <c>ring-00000001</c> and so on.</param>
/// <param name="time">The clock.</param>
public sealed class RingStore(IStateDirectory state, IStateDirectory ring, TimeProvider time)
{
    public const string CheckpointName = "checkpoint";
    public const string WriteLockName = "write.lock";
    public const string ServeLockName = "serve.lock";

    private const string Prefix = "ring-";
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    /// <summary>The clock of the waits for a lock: on disk another process has it, and lives by the real one. Null: the clock of the dates.</summary>
    internal TimeProvider? Patience { private get; init; }

    /// <summary>The store of a state directory on disk.</summary>
    public static RingStore Open(string stateDirectory, TimeProvider time) =>
        new(new LinuxDirectory(stateDirectory), new LinuxDirectory(Path.Combine(stateDirectory, "ring")), time)
        {
            Patience = TimeProvider.System,
        };

    /// <summary>Makes <c>STATE</c> and <c>STATE/ring</c> with mode 0700 where they are missing.</summary>
    public void MakeDirectories()
    {
        LinuxDirectory.Make(state.Path);
        LinuxDirectory.Make(ring.Path);
    }

    /// <summary>The write lock, held for one change by whichever process makes it.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.LockHeld"/> after <paramref name="wait"/>.</exception>
    public async Task<IDisposable> LockAsync(TimeSpan wait, CancellationToken cancellation)
    {
        var patience = Patience ?? time;
        var start = patience.GetTimestamp();
        while (true)
        {
            if (state.TryLock(WriteLockName) is { } held)
                return held;
            if (patience.GetElapsedTime(start) >= wait)
                throw new EdgeKmsException(ErrorCode.LockHeld, "another process is changing the key ring");
            await Task.Delay(LockRetry, patience, cancellation);
        }
    }

    /// <summary>The write lock, if it is free now.</summary>
    public IDisposable? TryLock() => state.TryLock(WriteLockName);

    /// <summary>True when something is left of a ring: a generation or a checkpoint.</summary>
    public bool Exists() => Generations().Count > 0 || ReadCheckpoint() is not null;

    /// <summary>
    /// True when there may be a file of this generation, also where the directory can't be listed: what a change staged
    /// for it is taken back only if it is not there for certain.
    /// </summary>
    public bool Has(int generation)
    {
        try
        {
            return Generations().Contains(generation);
        }
        catch (EdgeKmsException)
        {
            return true;
        }
    }

    /// <summary>As <see cref="Has"/>, for any generation above this one: a change may skip numbers.</summary>
    public bool HasAbove(int generation)
    {
        try
        {
            return Generations() is [.., var newest] && newest > generation;
        }
        catch (EdgeKmsException)
        {
            return true;
        }
    }

    /// <summary>The header of the newest generation, not authenticated; null where it can't be read.</summary>
    internal RingHeader? TryNewest()
    {
        try
        {
            return Generations() is [.., var newest] ? LoadGeneration(newest).Header : null;
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }

    /// <exception cref="EdgeKmsException">RingChanged: there is a generation above this one, which nobody knew of.</exception>
    internal void RefuseAbove(int generation)
    {
        if (Generations() is [.., var newest] && newest > generation)
            throw new EdgeKmsException(
                ErrorCode.RingChanged,
                $"the key ring in {ring.Path} was changed by another process"
            );
    }

    /// <summary>
    /// Makes the generations that are there durable. A commit whose last step failed leaves one that can be loaded, and
    /// that a power cut may still take away: nothing may depend on it before.
    /// </summary>
    /// <exception cref="EdgeKmsException">They may not be.</exception>
    internal void SyncGenerations() => ring.SyncDirectory();

    /// <summary>The newest generation and the checkpoint; writes nothing.</summary>
    /// <exception cref="EdgeKmsException">RingMissing, RingLost (there is a checkpoint), RingDamaged, RingLimit,
    /// RingUnsupportedVersion, RingRolledBack, CheckpointOtherRing, or I/O.</exception>
    public LoadedRing Load()
    {
        var file = ReadCheckpoint();
        var checkpoint = file is null ? null : Checkpoint.TryParse(file);
        var newest = Generations() is [.., var last] ? last : 0;
        if (newest == 0)
        {
            throw file is null
                ? new EdgeKmsException(ErrorCode.RingMissing, $"there is no key ring in {ring.Path}")
                : new EdgeKmsException(
                    ErrorCode.RingLost,
                    $"{state.Path} has a checkpoint, but {ring.Path} holds no key ring"
                );
        }
        var loaded = new LoadedRing(LoadGeneration(newest), file, checkpoint);
        return Contradiction.Of(loaded.Header, loaded.Sealed.Digest, checkpoint) is { } contradiction
            ? throw new EdgeKmsException(contradiction.Code, $"{contradiction.Text} ({state.Path})")
            : loaded;
    }

    /// <summary>Every generation and the checkpoint, whatever their state; writes nothing.</summary>
    /// <exception cref="EdgeKmsException">A directory can't be read.</exception>
    public RingSurvey Survey()
    {
        var file = ReadCheckpoint();
        var generations = new List<RingSurvey.Generation>();
        foreach (var number in Enumerable.Reverse(Generations()))
        {
            try
            {
                generations.Add(new RingSurvey.Generation(number, LoadGeneration(number), null));
            }
            catch (EdgeKmsException e)
            {
                generations.Add(new RingSurvey.Generation(number, null, e));
            }
        }
        return new RingSurvey(generations, file, file is null ? null : Checkpoint.TryParse(file));
    }

    /// <summary>Unseals what <see cref="Load"/> found.</summary>
    /// <param name="loaded">The ring file.</param>
    /// <param name="ringKey">32 bytes, from a slot.</param>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RingDamaged"/>.</exception>
    public StoredRing Unseal(LoadedRing loaded, SecretBytes ringKey)
    {
        var outcome = loaded.Sealed.Open(ringKey, out var opened);
        if (outcome != RingOutcome.Ok)
            throw Unreadable(outcome, loaded.Header.Generation);
        return WithSeen(new StoredRing(opened!, loaded.Sealed.Digest, null), loaded);
    }

    /// <summary>Unseals a later generation with the ring key of one that is open.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RingDamaged"/>, also when it has another ring key.</exception>
    public StoredRing Unseal(LoadedRing loaded, StoredRing open) => Unseal(loaded, open.Ring.RingKey);

    /// <summary>The same ring with the last time seen of the checkpoint in <paramref name="loaded"/>.</summary>
    public StoredRing WithSeen(StoredRing stored, LoadedRing loaded) =>
        stored with
        {
            Seen =
                loaded.Checkpoint is { } mark && mark.IsAuthentic(loaded.CheckpointFile, stored.Ring.RingKey)
                    ? mark.Seen
                    : null,
        };

    /// <summary>
    /// Makes a generation durable: crash-safe write, read back, unsealed, compared and self-tested before the rename
    /// that commits it; then the checkpoint; then generations older than the newest 16 go. Once the ring is durable
    /// nothing is an error any more: a checkpoint that can't be written now leaves <see cref="StoredRing.Seen"/> null,
    /// and the next change writes it.
    /// </summary>
    /// <exception cref="EdgeKmsException">The old generation stands, unless the directory could not be synced: load
    /// again before the next try. <see cref="ErrorCode.RingChanged"/>: somebody else changed the ring meanwhile.</exception>
    public StoredRing Commit(KekRing next) => Commit(next, SealedRing.Seal(next));

    /// <summary>As <see cref="Commit(KekRing)"/>, with bytes that were sealed (and backed up) before.</summary>
    public StoredRing Commit(KekRing next, byte[] file)
    {
        // Repair and restore skip numbers; no change ever takes one that is there.
        RefuseAbove(next.Header.Generation - 1);
        AtomicWrite.Write(ring, Name(next.Header.Generation), file, replace: false, back => Verify(back, file, next));
        var stored = new StoredRing(next, SHA256.HashData(file), Seen: null);
        try
        {
            stored = MarkSeen(stored);
            foreach (var old in Generations().SkipLast(RingLimits.KeptGenerations))
                ring.Delete(Name(old));
            SweepTemporary(ring);
        }
        catch (EdgeKmsException e)
        {
            // Seen tells whether the checkpoint was written; an old generation that stays harms nobody.
            if (!stored.CheckpointIsWhole)
                stored = stored with { MarkProblem = e };
        }
        return stored;
    }

    /// <summary>
    /// Deletes the generations below one that is whole and durable, because they hold a key that was destroyed. Under the
    /// lock; stopped in between, the next call deletes the rest.
    /// </summary>
    /// <param name="generation">The newest.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="EdgeKmsException">I/O: some are still there.</exception>
    public int DeleteBelow(int generation)
    {
        if (Generations() is not [.., var newest] || newest != generation)
            throw new InvalidOperationException("only what is below the newest generation may go");
        SyncGenerations();
        var old = Generations().Where(g => g < generation).ToList();
        foreach (var one in old)
            ring.Delete(Name(one));
        SyncGenerations();
        return old.Count;
    }

    /// <summary>
    /// Moves generation files out of the way under a free name beside them (<c>ring-00000007.unusable-1</c>): they are not what
    /// their name says, or another ring's, and no number that nobody authenticated may stand above the next one. Under the lock.
    /// </summary>
    /// <param name="isInTheWay">Gets the number.</param>
    /// <returns>The new names, for the administrator.</returns>
    /// <exception cref="EdgeKmsException">I/O: what was moved is said in the next survey.</exception>
    public IReadOnlyList<string> SetAside(Func<int, bool> isInTheWay)
    {
        var moved = new List<string>();
        foreach (var name in Generations().Where(isInTheWay).Select(Name))
            moved.Add(Aside.Move(ring, name));
        return moved;
    }

    /// <summary>Moves the checkpoint aside, as <see cref="SetAside"/> does.</summary>
    public string? SetCheckpointAside() => ReadCheckpoint() is null ? null : Aside.Move(state, CheckpointName);

    /// <summary>True where an older generation's header still has the material of a key, or can't be read.</summary>
    public bool HoldsBelow(int generation, string keyId) =>
        Generations()
            .Where(g => g < generation)
            .Any(g =>
                ring.Read(Name(g), RingLimits.FileBytes) is not { } file
                || SealedRing.Parse(file, out var old) != RingOutcome.Ok
                || old!.Header.Keys.Any(k => k.HasMaterial && k.Id.Text == keyId)
            );

    /// <summary>Generations below the newest, which fall back where that one is damaged.</summary>
    public int CountBelow(int generation) => Generations().Count(g => g < generation);

    /// <summary>
    /// Writes the checkpoint: this generation, which is durable first, its active key, and now as the last time seen.
    /// Under the lock.
    /// </summary>
    /// <exception cref="EdgeKmsException">The old checkpoint stands.</exception>
    /// <param name="stored">The newest generation.</param>
    /// <param name="keepLater">True: a clock that is behind doesn't set the last time seen back.</param>
    public StoredRing MarkSeen(StoredRing stored, bool keepLater = false)
    {
        var header = stored.Ring.Header;
        var now = UtcText.Now(time);
        if (keepLater && stored.Seen is { } seen && seen > now)
            now = seen;
        SyncGenerations();
        var mark = new Checkpoint(header.Id, header.Generation, stored.Digest, header.Active.Id, now);
        var bytes = mark.Write(stored.Ring.RingKey);
        AtomicWrite.Write(state, CheckpointName, bytes, replace: true, back => back.AsSpan().SequenceEqual(bytes));
        return stored with { Seen = now };
    }

    /// <summary>Removes what crashes left of generations under temporary names. Under the lock.</summary>
    internal static void SweepTemporary(IStateDirectory ring) => AtomicWrite.Sweep(ring, Prefix);

    private static string Name(int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{generation:D8}");

    private static bool Verify(byte[] back, byte[] written, KekRing next)
    {
        if (!back.AsSpan().SequenceEqual(written) || SealedRing.Parse(back, out var parsed) != RingOutcome.Ok)
            return false;
        if (parsed!.Open(next.RingKey, out var opened) != RingOutcome.Ok)
            return false;
        var works = KeyWrap.SelfTest(opened!);
        opened!.Forget();
        return works;
    }

    /// <summary>The checkpoint's bytes; none where it is larger than a checkpoint can be, which reads as damaged.</summary>
    private byte[]? ReadCheckpoint()
    {
        try
        {
            return state.Read(CheckpointName, Checkpoint.MaxBytes);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingLimit)
        {
            return [];
        }
    }

    private SealedRing LoadGeneration(int generation)
    {
        var file =
            ring.Read(Name(generation), RingLimits.FileBytes)
            ?? throw new EdgeKmsException(ErrorCode.RingChanged, "the key ring changed while it was read");
        var outcome = SealedRing.Parse(file, out var parsed);
        if (outcome == RingOutcome.Ok && parsed!.Header.Generation != generation)
            outcome = RingOutcome.HeaderFailure;
        return outcome == RingOutcome.Ok ? parsed! : throw Unreadable(outcome, generation);
    }

    private EdgeKmsException Unreadable(RingOutcome outcome, int generation)
    {
        var file = Path.Combine(ring.Path, Name(generation));
        return outcome switch
        {
            RingOutcome.UnsupportedVersion => new EdgeKmsException(
                ErrorCode.RingUnsupportedVersion,
                $"{file} was written by a newer EdgeKms"
            ),
            RingOutcome.Limit => new EdgeKmsException(ErrorCode.RingLimit, $"{file} is over a limit of the format"),
            RingOutcome.MacFailure => new EdgeKmsException(
                ErrorCode.RingDamaged,
                $"{file} is damaged: its header was changed"
            ),
            RingOutcome.BodyFailure => new EdgeKmsException(
                ErrorCode.RingDamaged,
                $"{file} is damaged: its sealed body was changed or cut"
            ),
            _ => new EdgeKmsException(ErrorCode.RingDamaged, $"{file} is damaged: its header can't be read"),
        };
    }

    private List<int> Generations()
    {
        var found = new List<int>();
        foreach (var name in ring.List())
        {
            if (
                name.Length == Prefix.Length + 8
                && name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(
                    name.AsSpan(Prefix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var generation
                )
                && generation > 0
            )
            {
                found.Add(generation);
            }
        }
        found.Sort();
        return found;
    }
}
