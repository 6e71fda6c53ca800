namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// The protobuf message that KMS v2 stores (spec/proto/encrypted-object.proto), walked over for its field <c>keyID</c>:
/// a generated parser would copy the payload.
/// </summary>
internal static class EncryptedObject
{
    /// <summary>kube-apiserver refuses longer ones.</summary>
    private const int MaxKeyIdBytes = 1024;

    private const int KeyIdField = 2;

    // Wire types of protobuf's encoding.
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    /// <summary>1 to 1024 bytes of UTF-8; null where the message is no whole EncryptedObject.</summary>
    internal static string? KeyId(ReadOnlySpan<byte> message)
    {
        string? keyId = null;
        while (!message.IsEmpty)
        {
            if (
                !TryVarint(ref message, out var tag)
                || tag >> 3 == 0
                || !TryField(ref message, (int)(tag & 7), out var field)
            )
                return null;
            if (tag >> 3 != KeyIdField)
                continue;
            // The last one counts, as in every protobuf parser.
            if ((tag & 7) != Bytes || field.Length is 0 or > MaxKeyIdBytes || !StrictUtf8.TryRead(field, out keyId))
                return null;
        }
        return keyId;
    }

    private static bool TryField(ref ReadOnlySpan<byte> rest, int wireType, out ReadOnlySpan<byte> field)
    {
        field = default;
        ulong length;
        switch (wireType)
        {
            case Varint:
                return TryVarint(ref rest, out _);
            case Fixed64:
                length = 8;
                break;
            case Fixed32:
                length = 4;
                break;
            case Bytes when TryVarint(ref rest, out length):
                break;
            default:
                return false;
        }
        if (length > (ulong)rest.Length)
            return false;
        field = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    /// <summary>At most ten bytes, seven bits each.</summary>
    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(rest.Length, 10); i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] >= 0x80)
                continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
