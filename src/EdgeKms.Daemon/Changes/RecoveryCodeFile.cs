using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Changes;

/// <summary>A new file (mode 0600) that takes the recovery code instead of the terminal.</summary>
internal sealed class RecoveryCodeFile : IDisposable
{
    private readonly FileStream _stream;

    private RecoveryCodeFile(FileStream stream) => _stream = stream;

    /// <summary>Creates the file; it must not exist.</summary>
    internal static RecoveryCodeFile Create(string path)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = 0,
            };
            return new RecoveryCodeFile(new FileStream(path, options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"the recovery code can't be written to {path}",
                "name a file that doesn't exist yet, in a directory that you can write to",
                e
            );
        }
    }

    /// <summary>Writes the code and a newline, and makes them durable.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.StorageFailed"/>.</exception>
    internal void Write(SecretBytes code)
    {
        using var lease = code.Lease();
        try
        {
            _stream.Write(lease.Span);
            _stream.Write("\n"u8);
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw new EdgeKmsException(ErrorCode.StorageFailed, $"write {_stream.Name}: {e.Message}", e);
        }
    }

    /// <summary>Takes the file back: its ring was not made.</summary>
    internal void Remove() => File.Delete(_stream.Name);

    public void Dispose() => _stream.Dispose();
}
