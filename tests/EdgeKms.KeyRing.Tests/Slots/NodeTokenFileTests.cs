using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Slots;

public sealed class NodeTokenFileTests
{
    private readonly MemoryDirectory _directory = new("/state", new Steps());
    private readonly NodeTokenFile _file;
    private readonly RingHeader _ring;
    private readonly NodeToken _token = NodeToken.Create(Given.RingId, 1);

    public NodeTokenFileTests()
    {
        _file = new NodeTokenFile(_directory, "token");
        var (kdf, salt) = (new SlotKdf.HkdfSha256(), Given.Bytes("salt")[..Slot.SaltSize]);
        using var stretched = SlotStretch.TryStretch(kdf, salt, _token.Secret)!;
        using var ringKey = Given.Secret("ring key");
        var slot = SlotSeal.Close(Given.RingId, 1, SlotKind.Node, Given.Monday, kdf, salt, stretched, ringKey);
        _ring = Given.RingOfEveryState().Header with { Slots = [slot] };
    }

    [Fact]
    public void Unlock_WithTheTokenUnderEitherName_OpensTheRing()
    {
        _file.Stage(_token);
        Assert.False(_file.Exists);
        Assert.Equal(Given.Bytes("ring key"), Unlock());
        _file.Promote();
        Assert.True(_file.Exists);
        Assert.Equal(["token"], _directory.List());
        Assert.Equal(Given.Bytes("ring key"), Unlock());
    }

    [Fact]
    public void Unlock_WithoutAToken_SaysWhatIsWrongWithTheTokenItself()
    {
        Given.Fails(ErrorCode.TokenMissing, () => _file.Unlock(_ring));
        _directory.Put("token.next", [1, 2, 3]);
        Given.Fails(ErrorCode.TokenMissing, () => _file.Unlock(_ring));
        _directory.Put("token", [1, 2, 3]);
        Given.Fails(ErrorCode.TokenDamaged, () => _file.Unlock(_ring));
        using var other = NodeToken.Create(Given.OtherRingId, 1);
        _directory.Put("token", other.Write());
        Given.Fails(ErrorCode.TokenOtherRing, () => _file.Unlock(_ring));
        using var stranger = NodeToken.Create(Given.RingId, 1);
        _directory.Put("token", stranger.Write());
        Given.Fails(ErrorCode.TokenRefused, () => _file.Unlock(_ring));
        _directory.Put("token", new byte[NodeToken.MaxBytes + 1]);
        Given.Fails(ErrorCode.TokenDamaged, () => _file.Unlock(_ring));
    }

    [Fact]
    public void Settle_WithASuccessorThatAloneOpensTheRing_PromotesIt()
    {
        using var old = NodeToken.Create(Given.RingId, 1);
        _directory.Put("token", old.Write());
        _file.Stage(_token);
        _file.Settle(_ring);
        Assert.Equal(["token"], _directory.List());
        Assert.Equal(_token.Write(), _directory.Peek("token"));
    }

    [Fact]
    public void Settle_WithASuccessorThatOpensNothing_LeavesTheToken()
    {
        using var next = NodeToken.Create(Given.RingId, 2);
        _directory.Put("token", _token.Write());
        _file.Stage(next);
        _file.Settle(_ring);
        Assert.Equal(_token.Write(), _directory.Peek("token"));
        _file.Unstage();
        Assert.Equal(["token"], _directory.List());
    }

    [Fact]
    public void MoveAside_Twice_KeepsBoth()
    {
        _directory.Put("token", [1]);
        Assert.Equal("token.unusable-1", _file.MoveAside());
        _directory.Put("token", [2]);
        Assert.Equal("token.unusable-2", _file.MoveAside());
        Assert.Equal(["token.unusable-1", "token.unusable-2"], _directory.List().Order());
    }

    private byte[] Unlock()
    {
        using var ringKey = _file.Unlock(_ring);
        return Given.Reveal(ringKey);
    }
}
