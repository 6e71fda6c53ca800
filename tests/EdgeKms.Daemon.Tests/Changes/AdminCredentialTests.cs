using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Changes;

public sealed class AdminCredentialTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgekms-test-").FullName;
    private readonly ScriptedStreams _streams = new();
    private readonly SecretBytes _ringKey = SecretBytes.Random(32);
    private readonly SecretBytes _code = SecretBytes.Random(RecoveryCode.SecretSize);

    public void Dispose()
    {
        _streams.Dispose();
        _ringKey.Dispose();
        _code.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Passphrase_RightOrWrong_OpensItsSlotOrSaysSo()
    {
        var ring = Ring();
        using var right = AdminCredential.Read(Write("the right passphrase"u8), null, _streams.Io);
        using var wrong = AdminCredential.Read(Write("a wrong passphrase"u8), null, _streams.Io);

        Assert.Equal(1, right.Unlock(ring).Slot.Number);
        Assert.Same(right.RingKey(ring), right.RingKey(ring)); // stretched once
        Assert.Equal(ErrorCode.PassphraseWrong, Assert.Throws<EdgeKmsException>(() => wrong.Unlock(ring)).Code);
    }

    [Fact]
    public void Code_RightOrWrong_OpensItsSlotOrSaysSo()
    {
        var ring = Ring();
        using var text = RecoveryCode.Write(_code);
        using var otherSecret = SecretBytes.Random(RecoveryCode.SecretSize);
        using var other = RecoveryCode.Write(otherSecret);
        using var right = AdminCredential.Read(null, Write(text), _streams.Io);
        using var wrong = AdminCredential.Read(null, Write(other), _streams.Io);

        Assert.Equal(2, right.Unlock(ring).Slot.Number);
        Assert.Equal(ErrorCode.RecoveryCodeWrong, Assert.Throws<EdgeKmsException>(() => wrong.Unlock(ring)).Code);
    }

    private RingHeader Ring()
    {
        var (id, first, kek) = KekRing.CreateFirst(TestMachine.Start);
        kek.Dispose();
        using var passphrase = SecretBytes.CopyOf("the right passphrase"u8);
        Slot[] slots =
        [
            Make(id, 1, SlotKind.Admin, new SlotKdf.Pbkdf2Sha512(1_000), passphrase),
            Make(id, 2, SlotKind.Recovery, new SlotKdf.HkdfSha256(), _code),
        ];
        return new RingHeader(id, 1, null, TestMachine.Start, [first], slots);
    }

    private Slot Make(RingId id, int number, SlotKind kind, SlotKdf kdf, SecretBytes secret) =>
        NewSlots.Make(id, number, kind, TestMachine.Start, kdf, secret, _ringKey);

    private string Write(SecretBytes text)
    {
        using var lease = text.Lease();
        return Write(lease.Span);
    }

    private string Write(ReadOnlySpan<byte> text)
    {
        var path = Path.Combine(_root, Path.GetRandomFileName());
        File.WriteAllBytes(path, text.ToArray());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
