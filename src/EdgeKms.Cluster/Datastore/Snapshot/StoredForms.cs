namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>Each form, prefix and key id once in memory, however many objects have it.</summary>
internal sealed class StoredForms
{
    private readonly Dictionary<StoredValue, StoredValue> _known = [];

    internal StoredValue Of(ReadOnlySpan<byte> value)
    {
        var parsed = StoredValue.Parse(value);
        if (_known.TryGetValue(parsed, out var known))
            return known;
        _known.Add(parsed, parsed);
        return parsed;
    }
}
