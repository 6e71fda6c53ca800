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

    /// <summary>1 to 1024 bytes of UTF-8; null where the message is no whole EncryptedObject.</summary>
    internal static string? KeyId(ReadOnlySpan<byte> message)
    {
        string? keyId = null;
        for (var reader = new WireReader(message); !reader.IsAtEnd; )
        {
            if (!reader.TryRead(out var field))
                return null;
            if (field.Number != KeyIdField)
                continue;
            // The last one counts, as in every protobuf parser.
            if (
                field.Type != WireField.Delimited
                || field.Bytes.Length is 0 or > MaxKeyIdBytes
                || !StrictUtf8.TryRead(field.Bytes, out keyId)
            )
                return null;
        }
        return keyId;
    }
}
