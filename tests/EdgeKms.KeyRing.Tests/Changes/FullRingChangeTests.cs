using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Ring;
using EdgeKms.KeyRing.Tests.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>What the writer does with a ring of 4,096 keys that all have their material.</summary>
public sealed class FullRingChangeTests
{
    private readonly MemoryDirectory _state = new("/state", new Steps());
    private readonly MemoryDirectory _backups = new("/backups", new Steps());
    private readonly RingStore _store;
    private readonly NodeTokenFile _tokens;
    private readonly BackupFolder _folder;
    private readonly RingWriter _writer;
    private readonly StoredRing _full;

    public FullRingChangeTests()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(Given.Monday.AddDays(6_000)));
        _store = new RingStore(_state, new MemoryDirectory("/state/ring", new Steps()), time);
        _tokens = new NodeTokenFile(_state, ChangeBed.TokenName);
        _folder = new BackupFolder(_backups, ChangeBed.Keep);
        _writer = new RingWriter(_store, _tokens, _folder, backupRequired: true, time);
        var ringKey = SecretBytes.Random(32);
        _full = _writer
            .Create(
                Given.RingId,
                ringKey,
                [ChangeBed.Slot(Given.RingId, 1, ChangeBed.Administrator, ringKey)],
                (_, slots) => FullRing.Of(Given.RingId, ringKey, slots, RingLimits.Keys, active: RingLimits.Keys)
            )
            .Stored;
    }

    [Fact]
    public void Rotate_OfAFullRing_IsRefusedAndChangesNothing()
    {
        var (token, backups) = (_state.Peek(ChangeBed.TokenName), _backups.List());

        Given.Fails(ErrorCode.RingFull, () => _writer.Rotate(_full));

        Assert.Equal(token, _state.Peek(ChangeBed.TokenName));
        Assert.Equal(backups, _backups.List());
        Assert.Equal(1, Reopened().Header.Generation);
    }

    [Fact]
    public void Rotate_AfterOneKeyWasDestroyed_Succeeds()
    {
        var oldest = _full.Ring.Header.Keys[0].Id.Text;

        _writer.Rotate(_writer.Destroy(_full, oldest).Stored);

        Assert.Equal((RingLimits.Keys, -2), (Reopened().Header.Keys.Count, Reopened().Locate(oldest)));
    }

    [Fact]
    public void RotateAbove_OfTheBackupOfAFullRing_MakesANewActiveKey()
    {
        var file = _folder.Read(_folder.List(Given.RingId)[^1]);
        Assert.Equal(RingOutcome.Ok, file.Open(ChangeBed.Unlock(file.Header), out var ring));

        _writer.RotateAbove(new StoredRing(ring!, file.Digest, Seen: null), highest: 7);

        Assert.Equal((8, RingLimits.Keys + 1), (Reopened().Header.Generation, Reopened().Active.Id.Sequence));
    }

    [Fact]
    public void Rekey_OfAFullRing_MakesANewRingKeyAndANewActiveKey()
    {
        var ringKey = SecretBytes.Random(32);

        _writer.Rekey(_full, ringKey, [ChangeBed.Slot(Given.RingId, 3, "another", ringKey)]);

        Assert.Equal(RingLimits.Keys + 1, Reopened().Active.Id.Sequence);
        Assert.Equal(RingOutcome.MacFailure, _store.Load().Sealed.Open(_full.Ring.RingKey, out _));
    }

    [Fact]
    public void WithSlotsAndReplaceToken_OfAFullRing_NeedNoRoom()
    {
        var slot = ChangeBed.Slot(Given.RingId, 3, "another", _full.Ring.RingKey);

        _writer.ReplaceToken(_writer.WithSlots(_full, [slot]).Stored);

        Assert.Equal((3, RingLimits.Keys), (Reopened().Header.Generation, Reopened().Header.Keys.Count));
    }

    /// <summary>As the daemon opens it at its start, with the node token.</summary>
    private KekRing Reopened()
    {
        var ring = NodeAccess.Open(_store, _store.Load(), _tokens, 0, Given.Monday).Ring;
        Assert.True(KeyWrap.SelfTest(ring));
        return ring;
    }
}
