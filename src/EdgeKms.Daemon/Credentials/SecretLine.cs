using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Credentials;

/// <summary>Reads the first line of a stream into a secret, byte by byte, so that no buffer keeps it.</summary>
internal static class SecretLine
{
    /// <summary>Longest line, in bytes.</summary>
    internal const int MaxLength = 1_024;

    /// <summary>The line without its newline (and a carriage return before it).</summary>
    /// <param name="stream">Unbuffered.</param>
    /// <param name="terminated">True: the end of the stream before a newline is refused (a closed terminal).</param>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.PassphraseUnusable"/>: empty or too long.</exception>
    internal static SecretBytes Read(Stream stream, bool terminated) => TryRead(stream, terminated) ?? throw Empty();

    internal static EdgeKmsException Empty() => new(ErrorCode.PassphraseUnusable, "nothing was entered");

    /// <summary>As <see cref="Read"/>; null for an empty line.</summary>
    internal static SecretBytes? TryRead(Stream stream, bool terminated)
    {
        using var buffer = new SecretBytes(MaxLength + 1);
        using var lease = buffer.Lease();
        var length = 0;
        while (true)
        {
            var count = stream.Read(lease.Span.Slice(length, 1));
            if (count == 0 && terminated)
                throw new EdgeKmsException(ErrorCode.PassphraseUnusable, "the terminal was closed");
            if (count == 0 || lease.Span[length] == (byte)'\n')
                break;
            if (++length > MaxLength)
                throw new EdgeKmsException(ErrorCode.PassphraseUnusable, "the line is longer than 1024 bytes");
        }
        if (length > 0 && lease.Span[length - 1] == (byte)'\r')
            length--;
        return length > 0 ? SecretBytes.CopyOf(lease.Span[..length]) : null;
    }
}
