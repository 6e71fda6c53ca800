using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Conformance.Tests.Plugin;

/// <summary>
/// Keys and ciphertexts of the test plugin: correct, but for one defect. Survives the plugin's restarts.
/// </summary>
internal sealed class TestKeys(Defect defect)
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeadSize = 1 + NonceSize + 2;

    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]> keys = [];
    private string active = "";
    private string announced = "";
    private int made;
    private int starts;
    private int statuses;
    private byte[] lastEncrypted = [];
    private byte[] lastDecrypted = [];

    public void Start()
    {
        starts++;
        if (defect == Defect.KeysLostAtStart && starts > 1)
        {
            foreach (var id in keys.Keys)
            {
                keys[id] = RandomNumberGenerator.GetBytes(32);
            }
        }

        if (starts == 1 || defect == Defect.KeyIdChangesAtStart)
        {
            Rotate();
        }

        announced = active;
    }

    public void Rotate()
    {
        lock (gate)
        {
            if (defect == Defect.OldKeysForgotten)
            {
                foreach (var old in keys.Keys.Where(k => k != active))
                {
                    keys.Remove(old);
                }
            }

            var number = defect == Defect.OldIdComesBack ? made % 2 : made;
            made++;
            active = defect switch
            {
                Defect.KeyIdOf1025Bytes => $"key-{number}".PadRight(1025, 'x'),
                Defect.KeyIdOf65Bytes => $"key-{number}".PadRight(65, 'x'),
                Defect.KeyIdNotUtf8 => $"key-{number}{TestPlugin.NotUtf8}",
                Defect.KeyIdWithSpace => $"key {number}",
                _ => $"key-{number}",
            };
            keys.TryAdd(active, RandomNumberGenerator.GetBytes(32));
            if (defect == Defect.StatusWaitsForRotation)
            {
                Thread.Sleep(4500);
            }
        }
    }

    public (string Id, byte[] Key) Active()
    {
        lock (gate)
        {
            return (active, keys[active]);
        }
    }

    public byte[]? Find(string id)
    {
        lock (gate)
        {
            return keys.GetValueOrDefault(id);
        }
    }

    public StatusResponse Status()
    {
        lock (gate)
        {
            announced = active;
            statuses++;
            var flips = defect == Defect.KeyIdFlipFlops && statuses % 2 == 0;
            if (flips)
            {
                announced = active + "-b";
                keys.TryAdd(announced, RandomNumberGenerator.GetBytes(32));
            }

            return new StatusResponse
            {
                Version = defect switch
                {
                    Defect.VersionV1 => "v1",
                    Defect.VersionChangesAtStart when starts % 2 == 0 => "v2beta1",
                    _ => "v2",
                },
                Healthz = defect == Defect.HealthzUpperCase ? "OK" : "ok",
                KeyId = defect == Defect.KeyIdEmpty ? "" : announced,
            };
        }
    }

    public EncryptResponse Encrypt(EncryptRequest request)
    {
        var plaintext = request.Plaintext.ToByteArray();
        if (defect == Defect.InsistsOn32Bytes && plaintext.Length != 32)
        {
            throw Refusal(StatusCode.InvalidArgument, "not 32 bytes");
        }

        if (defect == Defect.UidMustBeUuid && request.Uid.Length != 36)
        {
            throw Refusal(StatusCode.InvalidArgument, "no uuid");
        }

        lock (gate)
        {
            lastEncrypted = plaintext;
            var id = defect == Defect.NewKeyUsedUnannounced ? active : announced;
            var response = new EncryptResponse { KeyId = id };
            if (defect == Defect.EncryptSaysOtherKeyId)
            {
                response.KeyId = id + "-x";
                keys.TryAdd(response.KeyId, keys[id]);
            }

            AddAnnotations(response, plaintext);
            var ciphertext = Seal(keys[id], plaintext, Context(response.KeyId, response.Annotations));
            response.Ciphertext =
                defect == Defect.EmptyPlaintextGivesNothing && plaintext.Length == 0
                    ? ByteString.Empty
                    : ByteString.CopyFrom(ciphertext);
            return response;
        }
    }

    public async Task<DecryptResponse> DecryptAsync(DecryptRequest request, CancellationToken stop)
    {
        var id = request.KeyId;
        id = defect == Defect.EmptyKeyIdServed && id.Length == 0 ? active : id;
        if (request.Ciphertext.IsEmpty)
        {
            var code = defect == Defect.EmptyCiphertextGivesNotFound ? StatusCode.NotFound : StatusCode.InvalidArgument;
            throw Refusal(code, "empty ciphertext");
        }

        if (id.Length == 0 && defect != Defect.AnyKeyIdServed)
        {
            throw Refusal(StatusCode.InvalidArgument, "empty key_id");
        }

        byte[]? key;
        IEnumerable<KeyValuePair<string, byte[]>> all;
        lock (gate)
        {
            keys.TryGetValue(id, out key);
            all = [.. keys];
        }

        if (defect == Defect.UnknownKeyHangs && key is null)
        {
            await Task.Delay(Timeout.Infinite, stop);
        }

        byte[] plaintext;
        if (defect == Defect.AnyKeyIdServed)
        {
            plaintext =
                all.Select(k => Open(k.Value, request, k.Key)).FirstOrDefault(p => p is not null)
                ?? throw Refusal(StatusCode.NotFound, "no key fits");
        }
        else
        {
            plaintext =
                Open(key ?? throw Refusal(StatusCode.NotFound, "unknown key_id"), request, id)
                ?? throw Refusal(StatusCode.InvalidArgument, FailureText());
        }

        if (defect == Defect.ConcurrentDecryptsMixedUp)
        {
            lastDecrypted = plaintext;
            await Task.Delay(5, stop);
            plaintext = lastDecrypted;
        }

        var cut = defect == Defect.PlaintextCutTo32Bytes ? Math.Min(32, plaintext.Length) : plaintext.Length;
        return new DecryptResponse { Plaintext = ByteString.CopyFrom(plaintext, 0, cut) };
    }

    private string FailureText() =>
        defect switch
        {
            Defect.ErrorHoldsPlaintext => $"bad tag, expected {Convert.ToHexString(lastEncrypted)}",
            Defect.ErrorHoldsPath => "bad tag under the key in /var/lib/edgekms/ring/ring-00000001",
            _ => "the ciphertext is not ours",
        };

    private void AddAnnotations(EncryptResponse response, byte[] plaintext)
    {
        var (key, value) = defect switch
        {
            Defect.AnnotationWithSlash => ("kms.example.io/form", new byte[1]),
            Defect.AnnotationUpperCase => ("Form.kms.example.io", new byte[1]),
            Defect.AnnotationOneLabel => ("form", new byte[1]),
            Defect.AnnotationsOf32769Bytes => ("form.example", new byte[32_769 - "form.example".Length]),
            Defect.AnnotationsOf300Bytes => ("form.example", new byte[288]),
            Defect.AnnotationHoldsPlaintext => ("form.example", [1, .. plaintext]),
            _ => ("form.example", new byte[1]),
        };
        response.Annotations.Add(key, ByteString.CopyFrom(value));
    }

    /// <summary>Everything beside the ciphertext that has to come back unchanged: the AEAD's associated data.</summary>
    private byte[] Context(string keyId, IDictionary<string, ByteString> annotations)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(keyId + '\0'));
        if (defect != Defect.AnnotationIgnored)
        {
            foreach (var (key, value) in annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(key + '\0'));
                hash.AppendData(SHA256.HashData(value.Span));
            }
        }

        return hash.GetHashAndReset();
    }

    /// <summary>
    /// 0x01, nonce, length of the ciphertext, ciphertext, tag; zeros behind for the oversized defect.
    /// </summary>
    private byte[] Seal(byte[] key, byte[] plaintext, byte[] context)
    {
        var nonce =
            defect == Defect.CiphertextDeterministic
                ? SHA256.HashData(plaintext)[..NonceSize]
                : RandomNumberGenerator.GetBytes(NonceSize);
        var sealedBytes = new byte[HeadSize + plaintext.Length + TagSize];
        sealedBytes[0] = 1;
        nonce.CopyTo(sealedBytes, 1);
        BinaryPrimitives.WriteUInt16BigEndian(sealedBytes.AsSpan(1 + NonceSize), (ushort)plaintext.Length);
        var body = sealedBytes.AsSpan(HeadSize, plaintext.Length);
        var tag = sealedBytes.AsSpan(HeadSize + plaintext.Length);
        switch (defect)
        {
            case Defect.TamperingIgnored:
                Xor(key, nonce, plaintext, body);
                break;
            case Defect.CiphertextHoldsPlaintext:
                plaintext.CopyTo(body);
                Mac(key, sealedBytes.AsSpan(0, HeadSize), body, context).CopyTo(tag);
                break;
            default:
                using (var aes = new AesGcm(key, TagSize))
                {
                    aes.Encrypt(nonce, plaintext, body, tag, [.. sealedBytes[..1], .. context]);
                }

                break;
        }

        return defect == Defect.CiphertextOf1025Bytes && sealedBytes.Length < 1025
            ? [.. sealedBytes, .. new byte[1025 - sealedBytes.Length]]
            : sealedBytes;
    }

    private byte[]? Open(byte[] key, DecryptRequest request, string keyId)
    {
        var bytes = request.Ciphertext.ToByteArray();
        if (defect == Defect.CiphertextOf1025Bytes && bytes.Length == 1025)
        {
            var end = HeadSize + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(1 + NonceSize)) + TagSize;
            if (end > bytes.Length || bytes.AsSpan(end).ContainsAnyExcept((byte)0))
            {
                return null;
            }

            bytes = bytes[..end];
        }
        else if (defect == Defect.CiphertextOf1025Bytes && bytes.Length < 1025)
        {
            return null;
        }

        if (bytes.Length < HeadSize || bytes[0] != 1)
        {
            return null;
        }

        var nonce = bytes.AsSpan(1, NonceSize);
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(1 + NonceSize));
        var rest = bytes.Length - HeadSize - length;
        if (defect == Defect.TamperingIgnored)
        {
            var cut = bytes.AsSpan(HeadSize, Math.Min(length, bytes.Length - HeadSize));
            var open = new byte[cut.Length];
            Xor(key, nonce.ToArray(), cut, open);
            return open;
        }

        var tagSize = defect switch
        {
            Defect.TruncationIgnored when rest is >= 12 and < TagSize => rest,
            Defect.ExtensionIgnored when rest > TagSize => TagSize,
            _ => rest == TagSize ? TagSize : 0,
        };
        if (tagSize == 0)
        {
            return null;
        }

        var context = Context(keyId, request.Annotations);
        var body = bytes.AsSpan(HeadSize, length);
        var tag = bytes.AsSpan(HeadSize + length, tagSize);
        if (defect == Defect.CiphertextHoldsPlaintext)
        {
            return Mac(key, bytes.AsSpan(0, HeadSize), body, context).AsSpan().SequenceEqual(tag)
                ? body.ToArray()
                : null;
        }

        var plaintext = new byte[length];
        try
        {
            using var aes = new AesGcm(key, tagSize);
            aes.Decrypt(nonce, body, tag, plaintext, [.. bytes[..1], .. context]);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Mac(byte[] key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, byte[] context) =>
        HMACSHA256.HashData(key, (byte[])[.. head, .. context, .. body])[..TagSize];

    private static void Xor(byte[] key, byte[] nonce, ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            var block = HMACSHA256.HashData(key, (byte[])[.. nonce, (byte)(i / 32 % 256), (byte)(i / 8192)]);
            to[i] = (byte)(from[i] ^ block[i % 32]);
        }
    }

    private static RpcException Refusal(StatusCode code, string text) => new(new Status(code, text));
}
