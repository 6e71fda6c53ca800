namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// Walks over the fields of a protobuf message (protobuf.dev, encoding) without copying any: a generated parser would copy every
/// payload, which is all that most of these messages hold.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Fixed64 = 1;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next field; false where the rest is no whole field.</summary>
    internal bool TryRead(out WireField field)
    {
        field = default;
        if (!TryVarint(out var tag) || tag >> 3 == 0)
            return false;
        var type = (int)(tag & 7);
        ulong length;
        switch (type)
        {
            case WireField.Varint:
                if (!TryVarint(out var value))
                    return false;
                field = new WireField(tag >> 3, type, value, default);
                return true;
            case Fixed64:
                length = 8;
                break;
            case Fixed32:
                length = 4;
                break;
            case WireField.Delimited when TryVarint(out length):
                break;
            default:
                return false;
        }
        if (length > (ulong)_rest.Length)
            return false;
        field = new WireField(tag >> 3, type, 0, _rest[..(int)length]);
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>At most ten bytes, seven bits each.</summary>
    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(_rest.Length, 10); i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
