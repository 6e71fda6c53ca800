using System.Security.Cryptography;
using System.Text;
using EdgeKms.Kms.V1Beta1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Conformance.Tests.Plugin;

/// <summary>KMS v1 of the test plugin, for the defects that are about it: 2, length of the id, id, nonce, tag, ciphertext.</summary>
internal sealed class TestV1(TestKeys keys, Defect defect)
{
    public static bool IsOffered(Defect defect) => defect >= Defect.V1Whole;

    public VersionResponse Version() =>
        new()
        {
            Version = defect == Defect.V1SaysV1 ? "v1" : "v1beta1",
            RuntimeName = defect == Defect.V1WithoutName ? "" : "test",
            RuntimeVersion = defect == Defect.V1VersionNotSemantic ? "latest" : "1.2.3",
        };

    public EncryptResponse Encrypt(EncryptRequest request)
    {
        Check(request.Version);
        if (defect == Defect.V1PingRefused && request.Plain.Equals(ByteString.CopyFromUtf8("ping")))
        {
            throw Refusal(StatusCode.InvalidArgument, "no DEK");
        }

        var (id, key) = keys.Active();
        byte[] head = [2, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)];
        var nonce = RandomNumberGenerator.GetBytes(12);
        var body = new byte[request.Plain.Length];
        var tag = new byte[16];
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce, request.Plain.Span, body, tag, head);
        // 65,536 bytes in all; the last one says how many of the others count.
        var padding = defect == Defect.V1CipherOf65536Bytes ? new byte[65_536 - head.Length - 28 - body.Length] : [];
        if (padding.Length > 0)
        {
            padding[^1] = (byte)body.Length;
        }

        return new EncryptResponse { Cipher = ByteString.CopyFrom([.. head, .. nonce, .. tag, .. body, .. padding]) };
    }

    public DecryptResponse Decrypt(DecryptRequest request)
    {
        Check(request.Version);
        return new DecryptResponse { Plain = ByteString.CopyFrom(Decrypt(request.Cipher.ToByteArray())) };
    }

    public byte[] Decrypt(byte[] cipher)
    {
        if (cipher is not [2, var length, ..] || cipher.Length < 2 + length + 29)
        {
            throw Refusal(StatusCode.InvalidArgument, "no cipher");
        }

        var head = cipher.AsSpan(0, 2 + length);
        var key = defect == Defect.V1ActiveKeyOnly ? keys.Active().Key : keys.Find(Encoding.ASCII.GetString(head[2..]));
        var rest = cipher.AsSpan(head.Length);
        rest = defect == Defect.V1CipherOf65536Bytes ? rest[..(28 + cipher[^1])] : rest;
        var plain = new byte[rest.Length - 28];
        try
        {
            using var aes = new AesGcm(key ?? throw Refusal(StatusCode.NotFound, "no such key"), 16);
            aes.Decrypt(rest[..12], rest[28..], rest[12..28], plain, head);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Refusal(StatusCode.InvalidArgument, "changed");
        }
    }

    private void Check(string version)
    {
        if (version != "v1beta1" && defect != Defect.V1VersionIgnored)
        {
            var code = defect == Defect.V1VersionGivesInternal ? StatusCode.Internal : StatusCode.InvalidArgument;
            throw Refusal(code, "version");
        }
    }

    private static RpcException Refusal(StatusCode code, string text) => new(new Status(code, text));
}
