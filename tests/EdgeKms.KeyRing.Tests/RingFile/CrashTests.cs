using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>
/// The crash-safe write, stopped at every single step: the loader finds generation N or N+1, complete, each time.
/// </summary>
public sealed class CrashTests
{
    private const int Old = 18; // so that the write removes an old generation too

    public static TheoryData<bool, bool> Losses { get; } =
        new()
        {
            { false, false },
            { false, true },
            { true, false },
            { true, true },
        };

    public static TheoryData<ErrorCode, bool> Errors { get; } =
        new(
            from code in new[] { ErrorCode.StorageFull, ErrorCode.StorageFailed, ErrorCode.StorageReadOnly }
            from stays in new[] { false, true }
            select (code, stays)
        );

    [Theory]
    [MemberData(nameof(Losses))]
    public void Commit_StoppedByAPowerCutAtEveryStep_LeavesNOrNPlusOne(bool keepNames, bool keepContents)
    {
        var seen = new HashSet<int>();
        var steps = StepsOfACommit();
        for (var at = 1; at <= steps + 1; at++)
        {
            var bed = new Bed();
            bed.Use(new Steps { PowerCutAt = at });
            if (at <= steps)
                Assert.Throws<PowerCutException>(() => bed.Rotate());
            else
                bed.Rotate();
            var after = bed.Reboot(keepNames, keepContents);
            var found = after.CheckWhole();
            seen.Add(found);
            if (at > steps)
                Assert.Equal(Old + 1, found);
            after.RotateAgain(found);
        }
        Assert.Equal([Old, Old + 1], seen.Order());
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Commit_WithAnErrorAtEveryStep_LeavesNOrNPlusOneAndTheNextTrySucceeds(ErrorCode code, bool stays)
    {
        var steps = StepsOfACommit();
        var failed = 0;
        for (var at = 1; at <= steps; at++)
        {
            var bed = new Bed();
            bed.Use(
                new Steps
                {
                    ErrorAt = at,
                    Error = code,
                    ErrorStays = stays,
                }
            );
            var committed = false;
            try
            {
                bed.Rotate();
                committed = true;
            }
            catch (EdgeKmsException e)
            {
                Assert.Equal(code, e.Code);
                failed++;
            }
            bed.Use(new Steps());
            // What a commit promised survives a power cut right after it.
            var dropped = bed.Reboot(keepNames: false, keepContents: false).CheckWhole();
            var found = bed.CheckWhole();
            if (committed)
                Assert.Equal((Old + 1, Old + 1), (dropped, found));
            bed.RotateAgain(found);
        }
        Assert.InRange(failed, 8, steps - 1);
    }

    [Fact]
    public void FirstCommit_StoppedAtEveryStep_LeavesNothingOrGenerationOne()
    {
        for (var at = 1; ; at++)
        {
            var bed = new Bed(generations: 0);
            bed.Use(new Steps { PowerCutAt = at });
            var cut = false;
            try
            {
                bed.CommitFirst();
            }
            catch (PowerCutException)
            {
                cut = true;
            }
            var after = bed.Reboot(keepNames: false, keepContents: false);
            if (after.Store.Exists())
                Assert.Equal(1, after.CheckWhole());
            else
                Given.Fails(ErrorCode.RingMissing, () => after.Store.Load());
            if (!cut)
                break;
        }
    }

    private static int StepsOfACommit()
    {
        var bed = new Bed();
        var steps = new Steps();
        bed.Use(steps);
        bed.Rotate();
        return steps.Count;
    }

    /// <summary>A store of <see cref="Old"/> generations on two directories, and an envelope of each active key.</summary>
    private sealed class Bed
    {
        private readonly MemoryDirectory _state;
        private readonly MemoryDirectory _ring;
        private readonly Dictionary<string, byte[]> _envelopes;
        private KekRing _current = Given.FirstRing();
        private byte[] _digest = [];

        internal Bed(int generations = Old)
        {
            (_state, _ring, _envelopes) = (new("/state", new Steps()), new("/state/ring", new Steps()), []);
            Store = NewStore();
            if (generations == 0)
                return;
            Take(Store.Commit(_current));
            while (_current.Header.Generation < generations)
                Rotate();
        }

        private Bed(MemoryDirectory state, MemoryDirectory ring, Dictionary<string, byte[]> envelopes)
        {
            (_state, _ring, _envelopes) = (state, ring, envelopes);
            Store = NewStore();
        }

        internal RingStore Store { get; }

        internal void Use(Steps steps) => (_state.Steps, _ring.Steps) = (steps, steps);

        internal void CommitFirst() => Store.Commit(_current);

        internal void Rotate() => Take(Store.Commit(_current.Rotate(Given.Monday.AddDays(30), _digest)));

        internal Bed Reboot(bool keepNames, bool keepContents) =>
            new(_state.Reboot(keepNames, keepContents), _ring.Reboot(keepNames, keepContents), new(_envelopes));

        /// <summary>Loads and unseals; the generation found. Every envelope that a commit allowed must open.</summary>
        internal int CheckWhole()
        {
            var loaded = Store.Load();
            using var key = Given.Secret("token");
            var ringKey = RingUnlock.TryOpen(
                loaded.Header,
                SlotKind.Node,
                s => SlotStretch.TryStretch(s.Kdf, s.Salt, key)
            )!;
            var stored = Store.Unseal(loaded, ringKey);
            Assert.True(KeyWrap.SelfTest(stored.Ring));
            foreach (var (id, envelope) in _envelopes)
                Assert.Equal(Given.Bytes("seed"), KeyWrap.Unwrap(stored.Ring, id, envelope));
            (_current, _digest) = (stored.Ring, stored.Digest);
            return loaded.Header.Generation;
        }

        internal void RotateAgain(int found)
        {
            Rotate();
            Assert.Equal(found + 1, CheckWhole());
            Assert.DoesNotContain(
                _ring.List(),
                n => n.StartsWith(AtomicWrite.TemporaryPrefix, StringComparison.Ordinal)
            );
            Assert.InRange(_ring.List().Count, 1, RingLimits.KeptGenerations);
        }

        private void Take(StoredRing stored)
        {
            (_current, _digest) = (stored.Ring, stored.Digest);
            _envelopes[_current.Active.Id.Text] = KeyWrap.Wrap(_current, _current.Active, Given.Bytes("seed"));
        }

        private RingStore NewStore() => new(_state, _ring, new FakeTimeProvider(new DateTimeOffset(Given.Monday)));
    }
}
