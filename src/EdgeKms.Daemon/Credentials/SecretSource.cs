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
    internal static SecretBytes NewPassphrase(string? file, IoStreams io)
    {
        var first = file is null ? io.Ask("New administrator passphrase") : FromFile(file, io);
        if (first.Length < MinPassphrase)
        {
            first.Dispose();
            throw new EdgeKmsException(
                ErrorCode.PassphraseUnusable,
                $"the passphrase is shorter than {MinPassphrase} bytes"
            );
        }
        if (file is not null)
            return first;
        using var second = io.Ask("The same passphrase again");
        using var a = first.Lease();
        using var b = second.Lease();
        if (CryptographicOperations.FixedTimeEquals(a.Span, b.Span))
            return first;
        throw new EdgeKmsException(ErrorCode.PassphraseUnusable, "the two passphrases differ");
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
                throw new EdgeKmsException(ErrorCode.NotPrivate, $"{file} can be read by others: chmod 600 {file}");
            return SecretLine.Read(stream, terminated: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"{file} can't be read", "check the path and its mode", e);
        }
    }
}
