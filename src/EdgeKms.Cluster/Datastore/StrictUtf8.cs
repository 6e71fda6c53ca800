using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeKms.Cluster.Datastore;

/// <summary>UTF-8 that is what it says, as protobuf asks of a string.</summary>
internal static class StrictUtf8
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? s_strict.GetString(bytes) : null;
        return text is not null;
    }
}
