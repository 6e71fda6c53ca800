using System.Security.Cryptography;
using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Credentials;

/// <summary>Passphrases and recovery codes from where the administrator gives them; never from the command line.</summary>
internal static class SecretSource
{
    /// <summary>Shortest new passphrase, in bytes.</summary>
    internal const int MinPassphrase = 12;

    private const uint OthersMask = 0x3F; // 077

    /// <summary>A new passphrase: from the file, or asked twice.</summary>
    /// <param name="file">What <paramref name="option"/> named; null asks.</param>
    /// <param name="option">The option of this command that takes a new passphrase.</param>
    /// <param name="io">Asks.</param>
    internal static SecretBytes NewPassphrase(string? file, string option, IoStreams io)
    {
        var input = new SecretInput("New administrator passphrase", option, file);
        var first = input.Read(io);
        try
        {
            if (first.Length < MinPassphrase)
                throw Unusable($"the passphrase is shorter than {MinPassphrase} bytes", "it has 12 to 1024 bytes");
            if (file is not null)
                return first;
            using var second = (input with { Prompt = "The same passphrase again" }).Read(io);
            using var a = first.Lease();
            using var b = second.Lease();
            return CryptographicOperations.FixedTimeEquals(a.Span, b.Span)
                ? first
                : throw Unusable("the two passphrases differ", "type the same one twice");
        }
        catch
        {
            first.Dispose();
            throw;
        }

        EdgeKmsException Unusable(string what, string rule) =>
            input.Unusable(new EdgeKmsException(ErrorCode.PassphraseUnusable, what), io, rule);
    }

    /// <summary>The first line of a file that only its owner can read, or of standard input (<c>-</c>).</summary>
    internal static SecretBytes FromFile(string file, IoStreams io)
    {
        if (string.Equals(file, "-", StringComparison.Ordinal))
        {
            using var input = io.Input();
            return SecretLine.Read(input, terminated: false);
        }
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (FileStatus.Of(file) is { IsRegular: true } status && (status.Mode & OthersMask) != 0)
            {
                throw new EdgeKmsException(ErrorCode.NotPrivate, $"{file} can be read by others")
                {
                    Hint = $"make it private and try again: chmod 600 {TypedCommand.Quote(file)}",
                };
            }
            return SecretLine.Read(stream, terminated: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"{file} can't be read", "check the path and its mode", e);
        }
    }
}
