using System.Text;
using Google.Protobuf;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// Kubernetes' protobuf: <c>k8s\0</c> and a <c>runtime.Unknown</c> around the object (k8s.io/apimachinery, generated.proto). Reads
/// single texts from it, which costs less than to have it as JSON.
/// </summary>
internal static class KubernetesProtobuf
{
    private static readonly byte[] s_magic = [.. "k8s\0"u8];

    /// <summary>The field of <c>runtime.Unknown</c> that holds the object's bytes.</summary>
    internal const int Raw = 2;

    internal static bool Is(ReadOnlySpan<byte> answer) => answer.StartsWith(s_magic);

    /// <summary>The text that lies at the end of a path of field numbers; null where there is none.</summary>
    internal static string? Text(ReadOnlySpan<byte> answer, params ReadOnlySpan<int> path)
    {
        if (!Is(answer))
            return null;
        byte[]? field = answer[s_magic.Length..].ToArray();
        foreach (var number in path)
            field = field is null ? null : Field(field, number);
        return field is null ? null : Encoding.UTF8.GetString(field);
    }

    private static byte[]? Field(byte[] message, int number)
    {
        try
        {
            using var input = new CodedInputStream(message);
            while (input.ReadTag() is var tag and not 0)
            {
                if (
                    WireFormat.GetTagFieldNumber(tag) == number
                    && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                )
                    return input.ReadBytes().ToByteArray();
                input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Cut, or not what it says that it is.
        }
        return null;
    }
}
