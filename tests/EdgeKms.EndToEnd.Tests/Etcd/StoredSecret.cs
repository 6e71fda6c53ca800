using System.Text;
using Google.Protobuf;

namespace EdgeKms.EndToEnd.Tests.Etcd;

/// <summary>
/// A value in etcd as KMS v2 stores it: <c>k8s:enc:kms:v2:NAME:</c>, then EncryptedObject (k8s.io/apiserver,
/// envelope/kmsv2/v2/api.proto) with encryptedData 1, keyID 2, encryptedDEKSource 3, annotations 4, encryptedDEKSourceType 5.
/// </summary>
internal sealed record StoredSecret(
    string Provider,
    string KeyId,
    byte[] Data,
    byte[] Seed,
    int Annotations,
    int SeedType
)
{
    private const string Prefix = "k8s:enc:kms:v2:";

    internal static StoredSecret Parse(byte[] value)
    {
        var start = Encoding.ASCII.GetBytes(Prefix);
        Assert.True(value.AsSpan().StartsWith(start), "the stored value doesn't begin with " + Prefix);
        var end = Array.IndexOf(value, (byte)':', start.Length);
        var provider = Encoding.ASCII.GetString(value, start.Length, end - start.Length);
        using var input = new CodedInputStream(value, end + 1, value.Length - end - 1);
        var (keyId, data, seed, annotations, type) = ("", Array.Empty<byte>(), Array.Empty<byte>(), 0, 0);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    data = input.ReadBytes().ToByteArray();
                    break;
                case 2:
                    keyId = input.ReadString();
                    break;
                case 3:
                    seed = input.ReadBytes().ToByteArray();
                    break;
                case 4:
                    annotations++;
                    input.SkipLastField();
                    break;
                case 5:
                    type = input.ReadEnum();
                    break;
                case var other:
                    throw new InvalidDataException($"EncryptedObject has no field {other}");
            }
        }
        return new StoredSecret(provider, keyId, data, seed, annotations, type);
    }
}
