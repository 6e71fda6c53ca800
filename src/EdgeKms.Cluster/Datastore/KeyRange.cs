using System.Text;

namespace EdgeKms.Cluster.Datastore;

/// <summary>The end of the keys that begin with a prefix.</summary>
internal static class KeyRange
{
    /// <summary>The first key after them: the last byte one higher. A prefix is ASCII, so it has no 0xff.</summary>
    internal static byte[] End(string prefix)
    {
        var bytes = Encoding.UTF8.GetBytes(prefix);
        bytes[^1]++;
        return bytes;
    }
}
