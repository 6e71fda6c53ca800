namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>etcd's message mvccpb.KeyValue (api/mvccpb/kv.proto), walked over for what is needed of it.</summary>
internal readonly ref struct SnapshotRecord
{
    private const int KeyField = 1;
    private const int RevisionField = 3;
    private const int ValueField = 5;

    internal ReadOnlySpan<byte> Key { get; private init; }

    internal ReadOnlySpan<byte> Value { get; private init; }

    /// <summary>Of a tombstone 0.</summary>
    internal long ModRevision { get; private init; }

    /// <summary>False where the message is damaged.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> message, out SnapshotRecord record)
    {
        record = default;
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        var revision = 0L;
        for (var reader = new WireReader(message); !reader.IsAtEnd; )
        {
            if (!reader.TryRead(out var field))
                return false;
            switch (field.Number, field.Type)
            {
                case (KeyField, WireField.Delimited):
                    key = field.Bytes;
                    break;
                case (RevisionField, WireField.Varint):
                    revision = unchecked((long)field.Value);
                    break;
                case (ValueField, WireField.Delimited):
                    value = field.Bytes;
                    break;
                default:
                    break;
            }
        }
        record = new SnapshotRecord
        {
            Key = key,
            Value = value,
            ModRevision = revision,
        };
        return !key.IsEmpty;
    }
}
