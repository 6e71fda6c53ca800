using System.Buffers.Binary;
using System.Text;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>
/// A value in etcd as KMS v1 stores it (k8s.io/apiserver, value/encrypt/envelope): <c>k8s:enc:kms:v1:NAME:</c>, the length of
/// the cipher in two bytes, the cipher, the data. The cipher is the provider's alone.
/// </summary>
internal sealed record StoredV1Secret(string Provider, byte[] Cipher, byte[] Data)
{
    internal const string Prefix = "k8s:enc:kms:v1:";

    /// <summary>The key that the cipher names: a version byte, the length of the id, the id (spec/kms-v1-cipher.md).</summary>
    internal string KeyId => Encoding.ASCII.GetString(Cipher, 2, Cipher[1]);

    internal static StoredV1Secret Parse(byte[] value)
    {
        var start = Encoding.ASCII.GetBytes(Prefix);
        Assert.True(value.AsSpan().StartsWith(start), "the stored value doesn't begin with " + Prefix);
        var end = Array.IndexOf(value, (byte)':', start.Length);
        var cipher = BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(end + 1));
        var data = end + 3 + cipher;
        return new StoredV1Secret(
            Encoding.ASCII.GetString(value, start.Length, end - start.Length),
            value[(end + 3)..data],
            value[data..]
        );
    }
}
