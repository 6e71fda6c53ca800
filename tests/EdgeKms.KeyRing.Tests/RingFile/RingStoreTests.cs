using System.Text;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.RingFile;

public sealed class RingStoreTests
{
    private readonly MemoryDirectory _state = new("/state", new Steps());
    private readonly MemoryDirectory _ring = new("/state/ring", new Steps());
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Given.Monday));
    private readonly RingStore _store;

    public RingStoreTests() => _store = new RingStore(_state, _ring, _time);

    [Fact]
    public void Load_OfAnEmptyDirectory_SaysThatThereIsNoRing()
    {
        Assert.False(_store.Exists());
        Given.Fails(ErrorCode.RingMissing, () => _store.Load());
    }

    [Fact]
    public void Load_OfACheckpointWithoutARing_SaysThatItIsLost()
    {
        Generations(1);
        _ring.Remove("ring-00000001");
        Given.Fails(ErrorCode.RingLost, () => _store.Load());
        Assert.True(_store.Exists());
        _state.Put(RingStore.CheckpointName, Encoding.ASCII.GetBytes("not a checkpoint"));
        Given.Fails(ErrorCode.RingLost, () => _store.Load());
    }

    [Fact]
    public void Load_OfAnOlderRing_IsRefused()
    {
        Generations(3);
        _ring.Remove("ring-00000003");
        Given.Fails(ErrorCode.RingRolledBack, () => _store.Load());
    }

    [Fact]
    public void Load_OfAnotherFileOfTheSameGeneration_IsRefused()
    {
        var stored = Generations(1);
        _ring.Put("ring-00000001", SealedRing.Seal(stored.Ring)); // as good, but not the one that was seen
        Given.Fails(ErrorCode.RingDamaged, () => _store.Load());
    }

    [Fact]
    public void Load_WithTheCheckpointOfAnotherRing_IsRefused()
    {
        Generations(1);
        var other = new Checkpoint(
            Given.OtherRingId,
            1,
            new byte[32],
            KeyId.Derive(1, Given.RingId, new byte[32]),
            Given.Monday
        );
        _state.Put(RingStore.CheckpointName, other.Write(Given.Secret("ring key")));
        Given.Fails(ErrorCode.CheckpointOtherRing, () => _store.Load());
    }

    [Fact]
    public void Load_WithAMissingCheckpoint_SaysThatItIsNotWholeAndTheNextChangeWritesOne()
    {
        var stored = Generations(2);
        _state.Remove(RingStore.CheckpointName);
        var loaded = Unseal();
        Assert.False(loaded.CheckpointIsWhole);
        Assert.True(_store.Commit(loaded.Ring.Rotate(Given.Monday, stored.Digest)).CheckpointIsWhole);
        Assert.True(Unseal().CheckpointIsWhole);
    }

    [Fact]
    public void Load_WithADamagedCheckpoint_LoadsOrRefusesButNeverTakesItForWhole()
    {
        Generations(2);
        var file = _state.Peek(RingStore.CheckpointName)!;
        var loads = 0;
        for (var at = 0; at < file.Length * 8; at++)
        {
            _state.Put(RingStore.CheckpointName, Given.Flip(file, at));
            loads += LoadsWithoutCheckpoint() ? 1 : 0;
        }
        // The rest still read as the mark of a higher generation, another file or another ring: refused, since the MAC
        // can only be checked once the ring is unsealed.
        Assert.InRange(loads, file.Length * 4, file.Length * 8);
        for (var length = 0; length < file.Length; length++)
        {
            _state.Put(RingStore.CheckpointName, file[..length]);
            Assert.True(LoadsWithoutCheckpoint());
        }
        _state.Put(RingStore.CheckpointName, new byte[Checkpoint.MaxBytes + 1]);
        Assert.True(LoadsWithoutCheckpoint());
    }

    [Fact]
    public void Load_OfANewerVersion_SaysSoAndNotDamaged()
    {
        Generations(1);
        var text = Encoding.Latin1.GetString(_ring.Peek("ring-00000001")!);
        _ring.Put("ring-00000001", Encoding.Latin1.GetBytes(text.Replace("edgekms-ring/1", "edgekms-ring/2")));
        Given.Fails(ErrorCode.RingUnsupportedVersion, () => _store.Load());
    }

    [Fact]
    public void Load_OfADamagedRing_SaysSo()
    {
        var stored = Generations(1);
        var file = _ring.Peek("ring-00000001")!;
        _ring.Put("ring-00000001", file[..^1]);
        Given.Fails(ErrorCode.RingDamaged, () => _store.Load());
        _ring.Put("ring-00000001", new byte[RingLimits.FileBytes + 1]);
        Given.Fails(ErrorCode.RingLimit, () => _store.Load());
        _ring.Put("ring-00000001", Given.Flip(file, file.Length * 8 - 1));
        _state.Remove(RingStore.CheckpointName);
        Given.Fails(ErrorCode.RingDamaged, () => _store.Unseal(_store.Load(), stored.Ring.RingKey));
    }

    [Fact]
    public void Load_OfAGenerationUnderAnotherName_IsDamaged()
    {
        Generations(1);
        _ring.Put("ring-00000005", _ring.Peek("ring-00000001")!);
        Given.Fails(ErrorCode.RingDamaged, () => _store.Load());
    }

    [Theory]
    [InlineData("ring-00000000")]
    [InlineData("ring-0000009")]
    [InlineData("ring-000000009")]
    [InlineData("ring-+0000009")]
    [InlineData("RING-00000009")]
    [InlineData(".new-ring-00000009")]
    public void Load_BesideAFileOfAnotherName_IgnoresIt(string name)
    {
        Generations(1);
        _ring.Put(name, [1, 2, 3]);
        Assert.Equal(1, Unseal().Ring.Header.Generation);
    }

    [Fact]
    public void Commit_OfAStaleGeneration_IsRefused()
    {
        var stored = Generations(1);
        var mine = stored.Ring.Rotate(Given.Monday, stored.Digest);
        var other = stored;
        for (var i = 0; i < RingLimits.KeptGenerations + 2; i++)
        {
            other = _store.Commit(other.Ring.Rotate(Given.Monday, other.Digest));
            Given.Fails(ErrorCode.RingChanged, () => _store.Commit(mine));
        }
    }

    [Fact]
    public void Commit_WhenTheCheckpointCannotBeWritten_IsDoneAndSaysSo()
    {
        var stored = Generations(2);
        _state.Steps = new Steps
        {
            ErrorAt = 1,
            ErrorStays = true,
            Error = ErrorCode.StorageFull,
        };
        var next = _store.Commit(stored.Ring.Rotate(Given.Monday, stored.Digest));
        Assert.Equal((3, false), (next.Ring.Header.Generation, next.CheckpointIsWhole));
        _state.Steps = new Steps();
        Assert.Equal(3, Unseal().Ring.Header.Generation);
    }

    // The loader finds what a commit renamed and could not sync. A checkpoint that named it would outlive it.
    [Fact]
    public void MarkSeen_OfAGenerationThatWasNotSynced_MakesItDurableFirst()
    {
        var stored = Generations(2);
        _ring.Steps = new Steps { ErrorAt = 8, Error = ErrorCode.StorageFailed };
        Given.Fails(ErrorCode.StorageFailed, () => _store.Commit(stored.Ring.Rotate(Given.Monday, stored.Digest)));
        _ring.Steps = new Steps();
        Assert.Equal(2, Reboot().Load().Header.Generation);
        var loaded = Unseal();
        Assert.Equal(3, loaded.Ring.Header.Generation);
        _store.MarkSeen(loaded);
        Assert.Equal(3, Reboot().Load().Header.Generation);
    }

    [Fact]
    public void Commit_AfterACrashUnderAnotherNumber_RemovesItsTemporaryFile()
    {
        var stored = Generations(1);
        _ring.Put(".new-ring-00000007", [1, 2, 3]);
        _store.Commit(stored.Ring.Rotate(Given.Monday, stored.Digest));
        Assert.Equal(["ring-00000001", "ring-00000002"], _ring.List().Order());
    }

    [Fact]
    public void Commit_OfSixtyRotations_KeepsSixteenGenerationsAndEveryKey()
    {
        var stored = Generations(1);
        var envelopes = new Dictionary<string, byte[]>();
        for (var i = 0; i < 60; i++)
        {
            envelopes[stored.Ring.Active.Id.Text] = KeyWrap.Wrap(
                stored.Ring,
                stored.Ring.Active,
                Given.Bytes($"seed {i}")
            );
            stored = _store.Commit(stored.Ring.Rotate(Given.Monday.AddDays(30 * i), stored.Digest));
            Assert.Equal(Math.Min(i + 2, 16), _ring.List().Count);
        }
        Assert.Equal("ring-00000046", _ring.List().Min(StringComparer.Ordinal));
        var loaded = Unseal();
        Assert.True(loaded.CheckpointIsWhole);
        Assert.Equal(61, loaded.Ring.Header.Keys.Count);
        Assert.Equal(60, envelopes.Count);
        foreach (var (at, (id, envelope)) in envelopes.Index())
            Assert.Equal(Given.Bytes($"seed {at}"), KeyWrap.Unwrap(loaded.Ring, id, envelope));
    }

    [Fact]
    public void Write_ThatReadsBackDifferently_CommitsNothing()
    {
        Given.Fails(
            ErrorCode.StorageFailed,
            () => AtomicWrite.Write(_state, "name", [1, 2, 3], replace: true, _ => false)
        );
        Assert.Empty(_state.List());
    }

    [Fact]
    public void Write_OverAnExistingNameWithoutReplacing_IsRefusedAndLeavesNoTemporaryFile()
    {
        AtomicWrite.Write(_state, "name", [1], replace: false, _ => true);
        Given.Fails(ErrorCode.RingExists, () => AtomicWrite.Write(_state, "name", [2], replace: false, _ => true));
        Assert.Equal([1], _state.Peek("name")!);
        Assert.Equal(["name"], _state.List());
        AtomicWrite.Write(_state, "name", [2], replace: true, _ => true);
        Assert.Equal([2], _state.Peek("name")!);
    }

    [Fact]
    public void Write_OfASecret_ClearsWhatItReadBack()
    {
        byte[] seen = [];
        AtomicWrite.Write(_state, "name", [1, 2, 3], replace: false, back => (seen = back).Length == 3);
        Assert.Equal([0, 0, 0], seen);
        Assert.Equal([1, 2, 3], _state.Peek("name")!);
    }

    [Fact]
    public async Task Lock_HeldBySomebodyElse_IsWaitedForAndThenRefused()
    {
        var held = await _store.LockAsync(TimeSpan.Zero, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<EdgeKmsException>(() =>
            _store.LockAsync(TimeSpan.Zero, CancellationToken.None)
        );
        Assert.Equal(ErrorCode.LockHeld, refused.Code);
        var waiting = _store.LockAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        (await waiting).Dispose();
    }

    private RingStore Reboot() => new(_state.Reboot(false, false), _ring.Reboot(false, false), _time);

    private bool LoadsWithoutCheckpoint()
    {
        try
        {
            Assert.False(Unseal().CheckpointIsWhole);
            return true;
        }
        catch (EdgeKmsException e)
        {
            Assert.True(
                e.Code is ErrorCode.RingRolledBack or ErrorCode.RingDamaged or ErrorCode.CheckpointOtherRing,
                $"{e.Code}"
            );
            return false;
        }
    }

    private StoredRing Unseal() => _store.Unseal(_store.Load(), Given.Secret("ring key"));

    private StoredRing Generations(int count)
    {
        var stored = _store.Commit(Given.FirstRing());
        for (var i = 1; i < count; i++)
            stored = _store.Commit(stored.Ring.Rotate(Given.Monday.AddDays(30 * i), stored.Digest));
        return stored;
    }
}
