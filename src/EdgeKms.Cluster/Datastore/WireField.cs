namespace EdgeKms.Cluster.Datastore;

/// <summary>One field of a protobuf message.</summary>
/// <param name="number">Its number, above zero.</param>
/// <param name="type">Its wire type.</param>
/// <param name="value">Of a varint; else 0.</param>
/// <param name="bytes">Of a length-delimited field; else empty.</param>
internal readonly ref struct WireField(ulong number, int type, ulong value, ReadOnlySpan<byte> bytes)
{
    /// <summary>Wire type of <c>int64</c>, <c>bool</c> and their like.</summary>
    internal const int Varint = 0;

    /// <summary>Wire type of <c>bytes</c>, <c>string</c> and messages.</summary>
    internal const int Delimited = 2;

    internal ulong Number { get; } = number;

    internal int Type { get; } = type;

    internal ulong Value { get; } = value;

    internal ReadOnlySpan<byte> Bytes { get; } = bytes;
}
