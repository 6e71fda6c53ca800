namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>What must come out of the filter, said by a decoder that shares nothing with it.</summary>
internal static class FilterModel
{
    /// <summary>What is written for an authority.</summary>
    internal static string Accepted(string authority) =>
        string.Concat(authority.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '-'));

    /// <summary>
    /// Bytes that no rule stops are the same frames with the same fields and another authority; what follows the first breach is
    /// the same bytes.
    /// </summary>
    internal static void Check(byte[] sent, byte[] received)
    {
        var (parts, length) = Received.Parse(sent);
        var first = parts.FirstOrDefault(p => p.Fields is not null);
        if (first is null || !NeedsChange(first))
        {
            Assert.Equal(sent, received);
            return;
        }
        var (got, gotLength) = Received.Parse(received);
        Assert.Equal(parts.Select(Rewritten), got.Take(parts.Count).Select(Text));
        // What the filter has left alone may be read on, or not: the bytes say it.
        if (gotLength > 0)
            Assert.Equal(sent[length..], received[^(sent.Length - length)..]);
    }

    private static bool NeedsChange(Received.Part part) =>
        part.Fields!.Any(f => f.Name == ":authority" && Accepted(f.Value) != f.Value);

    private static string Rewritten(Received.Part part) =>
        Text(
            part.Fields is null
                ? part
                : part with
                {
                    Fields = [.. part.Fields.Select(f => f.Name == ":authority" ? (f.Name, Accepted(f.Value)) : f)],
                }
        );

    private static string Text(Received.Part part) =>
        $"{part.Type} {part.Flags:x2} {part.Stream} {part.Payload} {(part.Fields is null ? "" : string.Join('|', part.Fields))}";
}
