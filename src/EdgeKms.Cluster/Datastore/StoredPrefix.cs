using System.Text;

namespace EdgeKms.Cluster.Datastore;

/// <summary>What stands in front of a stored value: <c>k8s:enc:PROVIDER:VERSION:NAME:</c>.</summary>
/// <param name="Provider"><c>kms</c>, <c>aescbc</c>, <c>aesgcm</c> or <c>secretbox</c>.</param>
/// <param name="Version"><c>v1</c> or <c>v2</c>.</param>
/// <param name="Name">Name of the KMS provider, or of the key; it holds no colon.</param>
public sealed record StoredPrefix(string Provider, string Version, string Name)
{
    // A provider's name may be as long as the configuration file lets it be; nobody's is this long.
    private const int MaxBytes = 512;

    /// <summary>The text, final colon included.</summary>
    public override string ToString() => $"k8s:enc:{Provider}:{Version}:{Name}:";

    /// <summary>Reads it from the beginning of a stored value; null where there is none. <paramref name="length"/> bytes.</summary>
    internal static StoredPrefix? Parse(ReadOnlySpan<byte> value, out int length)
    {
        length = 0;
        if (!value.StartsWith("k8s:enc:"u8))
            return null;
        var head = value[..Math.Min(value.Length, MaxBytes)];
        var parts = new string[3];
        var at = "k8s:enc:"u8.Length;
        for (var i = 0; i < parts.Length; i++)
        {
            var colon = head[at..].IndexOf((byte)':');
            if (colon <= 0 || !StrictUtf8.TryRead(head.Slice(at, colon), out parts[i]!))
                return null;
            at += colon + 1;
        }
        length = at;
        return new StoredPrefix(parts[0], parts[1], parts[2]);
    }
}
