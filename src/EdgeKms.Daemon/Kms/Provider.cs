using System.Collections.Concurrent;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using EdgeKms.Kms.V2;

namespace EdgeKms.Daemon.Kms;

/// <summary>
/// The provider's state and its three operations: no disk, no lock, no clock. <c>Encrypt</c> wraps with the KEK that
/// <c>Status</c> announced last, because kube-apiserver throws a seed away whose key id isn't that of the Status before.
/// </summary>
internal sealed class Provider
{
    private volatile Snapshot _snapshot = new(ErrorCode.RingMissing);
    private volatile KekEntry? _announced;
    private volatile KekEntry? _used;
    private volatile KekEntry? _usedByV1;
    private volatile bool _selfTestFailed;

    internal Snapshot Current => _snapshot;

    /// <summary>
    /// Each time that Status announced or Encrypt used another KEK than the time before; somebody else takes them out and
    /// writes them down. KMS v1 and v2 may use two KEKs at the same time.
    /// </summary>
    internal ConcurrentQueue<(AuditEvent What, KekEntry Key)> Events { get; } = new();

    internal bool SelfTestFailed => _selfTestFailed;

    /// <summary>Exchanges the snapshot. The ring in it is durable and has passed its self-test.</summary>
    internal void Swap(Snapshot next)
    {
        _snapshot = next;
        _selfTestFailed = false;
    }

    /// <summary>Exchanges the snapshot for one of the same ring file.</summary>
    internal void Replace(Snapshot same) => _snapshot = same;

    /// <summary>Runs the self-test with the ring that serves; Status reports the result from now on.</summary>
    internal bool SelfTest()
    {
        if (_snapshot.Stored is not { } stored)
            return false;
        var passed = KeyWrap.SelfTest(stored.Ring);
        _selfTestFailed = !passed;
        return passed;
    }

    /// <exception cref="EdgeKmsException">The ring is sealed or missing, or the self-test failed: kube-apiserver stops
    /// writing after 3 minutes without a good Status, where an unhealthy text alone would not stop it.</exception>
    internal StatusResponse Status()
    {
        var snapshot = _snapshot;
        if (snapshot.Stored is not { } stored)
            throw new EdgeKmsException(snapshot.Problem);
        if (_selfTestFailed)
            throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        if (!ReferenceEquals(Interlocked.Exchange(ref _announced, stored.Ring.Active), stored.Ring.Active))
            Events.Enqueue((AuditEvent.KeyAnnounced, stored.Ring.Active));
        return snapshot.Status!;
    }

    /// <summary>The envelope and the KEK that made it.</summary>
    internal (byte[] Envelope, KekEntry Key) Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var ring = Ring();
        var key = ServingPolicy.EncryptsWith(ring, _announced);
        var envelope = KeyWrap.Wrap(ring, key, plaintext);
        if (!ReferenceEquals(_used, key) && !ReferenceEquals(Interlocked.Exchange(ref _used, key), key))
            Events.Enqueue((AuditEvent.KeyFirstUsed, key));
        return (envelope, key);
    }

    /// <summary>
    /// The cipher of KMS v1 and the KEK that made it: the active one, always. With KMS v1 alone nobody asks for the Status, and
    /// one that a test asked for years ago must not hold an old KEK in use.
    /// </summary>
    /// <exception cref="EdgeKmsException">As <see cref="Encrypt"/>; and the self-test failed: KMS v1 has no Status whose error
    /// would stop the writes.</exception>
    internal (byte[] Cipher, KekEntry Key) EncryptV1(ReadOnlySpan<byte> plaintext)
    {
        var ring = Ring();
        if (_selfTestFailed)
            throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        var key = ring.Active;
        var cipher = KeyWrap.WrapForV1(ring, key, plaintext);
        // Apart from KMS v2, which may use the KEK before for a while: each would note the other's at every call.
        if (!ReferenceEquals(_usedByV1, key) && !ReferenceEquals(Interlocked.Exchange(ref _usedByV1, key), key))
            Events.Enqueue((AuditEvent.KeyFirstUsed, key));
        return (cipher, key);
    }

    internal byte[] DecryptV1(ReadOnlySpan<byte> cipher) =>
        cipher.IsEmpty ? throw new EdgeKmsException(ErrorCode.RequestInvalid) : KeyWrap.UnwrapFromV1(Ring(), cipher);

    internal byte[] Decrypt(string keyId, ReadOnlySpan<byte> envelope) =>
        keyId.Length == 0 || envelope.IsEmpty
            ? throw new EdgeKmsException(ErrorCode.RequestInvalid)
            : KeyWrap.Unwrap(Ring(), keyId, envelope);

    /// <summary>The key of an id, with or without its material; null where the ring has none.</summary>
    internal KeyId? Find(string keyId) => _snapshot.Stored?.Ring.Find(keyId)?.Id;

    private KekRing Ring()
    {
        var snapshot = _snapshot;
        return snapshot.Stored?.Ring ?? throw new EdgeKmsException(snapshot.Problem);
    }
}
