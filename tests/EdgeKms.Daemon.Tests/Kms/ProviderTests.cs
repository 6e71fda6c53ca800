using System.Security.Cryptography;
using EdgeKms.Daemon.Kms;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Tests.Kms;

public sealed class ProviderTests : IDisposable
{
    private readonly TestMachine _machine = new();
    private readonly Provider _provider = new();
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Encrypt_AfterRotationBeforeStatus_UsesTheAnnouncedKey()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        var k1 = _provider.Status().KeyId;
        _provider.Swap(new Snapshot(_machine.Rotate()));

        var before = _provider.Encrypt(_seed);
        var k2 = _provider.Status().KeyId;
        var after = _provider.Encrypt(_seed);

        Assert.Equal(k1, before.Key.Id.Text);
        Assert.Equal(k2, after.Key.Id.Text);
        Assert.NotEqual(k1, k2);
        Assert.Equal(_seed, _provider.Decrypt(k1, before.Envelope));
        Assert.Equal(_seed, _provider.Decrypt(k2, after.Envelope));
    }

    [Fact]
    public void Find_EachKeyOfARotatedRing_IsThatKey()
    {
        _machine.Rotate();
        _provider.Swap(new Snapshot(_machine.Rotate()));

        Assert.Equal(3, _machine.Stored!.Ring.Header.Keys.Count);
        Assert.All(_machine.Stored.Ring.Header.Keys, key => Assert.Equal(key.Id, _provider.Find(key.Id.Text)));
        Assert.Null(_provider.Find("k9.unknown"));
    }

    [Fact]
    public void Encrypt_BeforeAnyStatus_UsesTheActiveKey()
    {
        _machine.Rotate();
        _provider.Swap(new Snapshot(_machine.Stored!));

        Assert.Equal(_machine.Stored!.Ring.Active.Id, _provider.Encrypt(_seed).Key.Id);
    }

    [Fact]
    public void Calls_WithoutARing_FailWithTheReason()
    {
        _provider.Swap(new Snapshot(ErrorCode.TokenMissing));

        Assert.Equal(ErrorCode.TokenMissing, Assert.Throws<EdgeKmsException>(() => _provider.Status()).Code);
        Assert.Equal(ErrorCode.TokenMissing, Assert.Throws<EdgeKmsException>(() => _provider.Encrypt(_seed)).Code);
        Assert.Equal(ErrorCode.TokenMissing, Assert.Throws<EdgeKmsException>(() => _provider.Decrypt("k", _seed)).Code);
    }

    [Fact]
    public void SelfTest_WithABitFlippedInMemory_MakesStatusFail()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        Assert.True(_provider.SelfTest());
        using (var material = _machine.Stored!.Ring.LeaseMaterial())
            material.Span[5] ^= 0x10;

        Assert.False(_provider.SelfTest());
        Assert.Equal(ErrorCode.SelfTestFailed, Assert.Throws<EdgeKmsException>(() => _provider.Status()).Code);

        using (var material = _machine.Stored!.Ring.LeaseMaterial())
            material.Span[5] ^= 0x10;
        Assert.True(_provider.SelfTest());
        Assert.Equal("ok", _provider.Status().Healthz);
    }

    // With KMS v1 nobody has to call Status: one that a test asked for must not hold the old key for ever.
    [Fact]
    public void EncryptV1_AfterARotationWithoutStatus_UsesTheActiveKey()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        _ = _provider.Status();
        var old = _provider.EncryptV1(_seed);
        _provider.Swap(new Snapshot(_machine.Rotate()));

        var (cipher, key) = _provider.EncryptV1(_seed);

        Assert.Equal(_machine.Stored!.Ring.Active.Id, key.Id);
        Assert.NotEqual(old.Key.Id, _provider.EncryptV1(_seed).Key.Id);
        Assert.Equal(old.Key.Id, _provider.Encrypt(_seed).Key.Id);
        Assert.Equal(_seed, _provider.DecryptV1(cipher));
        Assert.Equal(_seed, _provider.DecryptV1(old.Cipher));
    }

    [Fact]
    public void Events_OfBothVersionsWithTwoKeys_NoteEachKeyOnce()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        _ = _provider.Status();
        _provider.Swap(new Snapshot(_machine.Rotate()));

        for (var i = 0; i < 5; i++)
        {
            _provider.Encrypt(_seed);
            _provider.EncryptV1(_seed);
        }

        Assert.Equal(
            [AuditEvent.KeyAnnounced, AuditEvent.KeyFirstUsed, AuditEvent.KeyFirstUsed],
            _provider.Events.Select(e => e.What)
        );
    }

    [Fact]
    public void V1_WithoutARingOrAGoodSelfTest_FailsWithTheReason()
    {
        _provider.Swap(new Snapshot(ErrorCode.TokenMissing));
        Assert.Equal(ErrorCode.TokenMissing, CodeOf(() => _provider.EncryptV1(_seed)));
        Assert.Equal(ErrorCode.TokenMissing, CodeOf(() => _provider.DecryptV1(_seed)));

        _provider.Swap(new Snapshot(_machine.Stored!));
        var (cipher, _) = _provider.EncryptV1(_seed);
        using (var material = _machine.Stored!.Ring.LeaseMaterial())
            material.Span[5] ^= 0x10;
        Assert.False(_provider.SelfTest());
        using (var material = _machine.Stored!.Ring.LeaseMaterial())
            material.Span[5] ^= 0x10;

        // What is stored can be read; nothing new is written under a key that may be broken.
        Assert.Equal(ErrorCode.SelfTestFailed, CodeOf(() => _provider.EncryptV1(_seed)));
        Assert.Equal(_seed, _provider.DecryptV1(cipher));
    }

    [Fact]
    public void V1_GivenTheOtherVersionsTextOrNone_RefusesIt()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        var (envelope, key) = _provider.Encrypt(_seed);
        var (cipher, _) = _provider.EncryptV1(_seed);

        Assert.Equal(ErrorCode.CiphertextInvalid, CodeOf(() => _provider.DecryptV1(envelope)));
        Assert.Equal(ErrorCode.CiphertextInvalid, CodeOf(() => _provider.Decrypt(key.Id.Text, cipher)));
        Assert.Equal(ErrorCode.RequestInvalid, CodeOf(() => _provider.DecryptV1([])));
        Assert.Equal(ErrorCode.RequestInvalid, CodeOf(() => _provider.EncryptV1([])));
        Assert.Equal(ErrorCode.RequestInvalid, CodeOf(() => _provider.EncryptV1(new byte[1024])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(EnvelopeV1.MaxPlaintext + 1)]
    public void Encrypt_OfALengthOutsideTheLimits_IsRefused(int length)
    {
        _provider.Swap(new Snapshot(_machine.Stored!));

        var e = Assert.Throws<EdgeKmsException>(() => _provider.Encrypt(new byte[length]));

        Assert.Equal(ErrorCode.RequestInvalid, e.Code);
    }

    [Fact]
    public void Decrypt_OfForeignInput_NamesTheReason()
    {
        _provider.Swap(new Snapshot(_machine.Stored!));
        var (envelope, key) = _provider.Encrypt(_seed);
        using var other = new TestMachine();
        var foreign = KeyWrap.Wrap(other.Stored!.Ring, other.Stored.Ring.Active, _seed);

        Assert.Equal(ErrorCode.RequestInvalid, Code("", envelope));
        Assert.Equal(ErrorCode.RequestInvalid, Code(key.Id.Text, []));
        Assert.Equal(ErrorCode.KeyUnknown, Code("k9.AAAAAAAAAAAAAAAAAAAAAA", envelope));
        Assert.Equal(ErrorCode.KeyUnknown, Code("no key id at all", envelope));
        Assert.Equal(ErrorCode.CiphertextInvalid, Code(key.Id.Text, foreign));
        Assert.Equal(ErrorCode.CiphertextInvalid, Code(key.Id.Text, envelope[..^1]));

        ErrorCode Code(string id, byte[] bytes) =>
            Assert.Throws<EdgeKmsException>(() => _provider.Decrypt(id, bytes)).Code;
    }

    private static ErrorCode CodeOf(Action action) => Assert.Throws<EdgeKmsException>(action).Code;

    [Theory]
    [InlineData("3f2a9c0d-1e5b-4c7a-9a51-2a7d8c1b0e11", "3f2a9c0d-1e5b-4c7a-9a51-2a7d8c1b0e11")]
    [InlineData("", "-")]
    [InlineData("line\nbreak", "-")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", "-")]
    public void CallId_OfTextFromTheWire_KeepsUuidsOnly(string uid, string expected) =>
        Assert.Equal(expected, CallId.Of(uid).ToString());
}
