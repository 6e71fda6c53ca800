using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>A fresh recovery code: shown once on the terminal, or written into a new file (mode 0600).</summary>
internal sealed class NewRecoveryCode : IDisposable
{
    private readonly SecretBytes _text;
    private readonly RecoveryCodeFile? _file;
    private readonly string? _path;

    private NewRecoveryCode(string? path)
    {
        _path = path;
        _file = path is null ? null : RecoveryCodeFile.Create(path);
        Secret = SecretBytes.Random(RecoveryCode.SecretSize);
        _text = RecoveryCode.Write(Secret);
    }

    /// <summary>20 bytes, for the slot.</summary>
    internal SecretBytes Secret { get; }

    /// <summary>With JSON on standard output there is no place for a code but a file.</summary>
    /// <param name="output">How the command prints.</param>
    /// <param name="path">The file that was named, if any.</param>
    /// <param name="option">The option that names one.</param>
    internal static void RefuseInJson(OutputFormat output, string? path, string option)
    {
        if (output == OutputFormat.Json && path is null)
        {
            throw new CommandException(
                ExitCode.Usage,
                "with -o json the recovery code needs a place of its own: it is never part of the JSON",
                $"add {option} FILE"
            );
        }
    }

    /// <exception cref="CommandException">The file exists or can't be made.</exception>
    internal static NewRecoveryCode Create(string? path) => new(path);

    /// <summary>Into the file, before the ring that it opens is made.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.StorageFailed"/>.</exception>
    internal void Save() => _file?.Write(_text);

    /// <summary>Takes the file back: its ring was not made.</summary>
    internal void Remove() => _file?.Remove();

    /// <summary>On the terminal, or where the file is.</summary>
    internal void Show(IoStreams io)
    {
        if (_path is not null)
        {
            io.Out.WriteLine($"the recovery code is in {_path}: move it away from this machine");
            return;
        }
        io.Out.WriteLine();
        io.Out.WriteLine("Recovery code (shown once; write it down and keep it away from this machine):");
        io.Out.WriteLine();
        io.Out.Flush();
        using (var lease = _text.Lease())
        {
            io.OutBytes.Write("    "u8);
            io.OutBytes.Write(lease.Span);
            io.OutBytes.Write("\n"u8);
            io.OutBytes.Flush();
        }
        io.Out.WriteLine();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _text.Dispose();
        Secret.Dispose();
    }
}
