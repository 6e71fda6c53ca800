using System.Runtime.InteropServices;
using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Secrets;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Daemon.Credentials;

/// <summary>Asks on the controlling terminal with the echo off (man 3 termios); what is typed goes into a secret.</summary>
internal static partial class Terminal
{
    private const int TcsaFlush = 2;
    private const int LocalFlagsOffset = 12;
    private const uint EchoFlag = 0x8;
    private const uint EchoNewlineFlag = 0x40;

    /// <summary>The line that the person types, at most 1,024 bytes, without its newline; null when it is empty.</summary>
    /// <exception cref="CommandException">There is no terminal.</exception>
    internal static SecretBytes? TryAsk(string prompt)
    {
        using var terminal = Open();
        Span<byte> quiet = stackalloc byte[64]; // struct termios has 60 bytes on Linux
        Span<byte> saved = stackalloc byte[64];
        var descriptor = (int)terminal.DangerousGetHandle();
        if (tcgetattr(descriptor, ref MemoryMarshal.GetReference(saved)) != 0)
            throw NoTerminal();
        saved.CopyTo(quiet);
        ref var flags = ref MemoryMarshal.AsRef<uint>(quiet[LocalFlagsOffset..]);
        flags = flags & ~EchoFlag | EchoNewlineFlag;
        var restore = saved.ToArray();
        using var interrupted = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            signal => tcsetattr(descriptor, TcsaFlush, ref restore[0])
        );
        _ = tcsetattr(descriptor, TcsaFlush, ref MemoryMarshal.GetReference(quiet));
        try
        {
            using var stream = new FileStream(terminal, FileAccess.ReadWrite, bufferSize: 0);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(prompt + ": "));
            return SecretLine.TryRead(stream, terminated: true);
        }
        finally
        {
            _ = tcsetattr(descriptor, TcsaFlush, ref restore[0]);
        }
    }

    private static SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoTerminal();
        }
    }

    private static CommandException NoTerminal() =>
        new(
            ExitCode.Usage,
            "there is no terminal to ask for the passphrase",
            "give it with --passphrase-file FILE, or --passphrase-file - for standard input"
        );

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int descriptor, ref byte termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int descriptor, int when, ref byte termios);
}
