namespace EdgeKms.Cluster.Conformance;

/// <summary>How a stream of a <see cref="RawHttp2Connection"/> ended.</summary>
/// <param name="Message">
/// The gRPC message that came, <see langword="null"/> when there was none: then the call failed.
/// </param>
/// <param name="Problem">Why there was none: how the stream or the connection ended.</param>
internal sealed record RawAnswer(byte[]? Message, string Problem)
{
    public bool Succeeded => Message is not null;
}
