using System.Runtime.InteropServices;
using System.Text;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary>A terminal with a person at it, as far as a program can tell (man 7 pty).</summary>
internal sealed partial class PseudoTerminal : IAsyncDisposable
{
    private const int ReadWriteNoControl = 0x2 | 0x100; // O_RDWR | O_NOCTTY
    private const int CloseOnExec = 0x80000;

    private readonly FileStream _keys;
    private readonly StringBuilder _screen = new();
    private readonly RunningProcess _process;
    private readonly Task _reading;

    /// <summary>Starts edgekmsd with this terminal as its controlling one.</summary>
    internal PseudoTerminal(IEnumerable<string> arguments)
    {
        var descriptor = posix_openpt(ReadWriteNoControl | CloseOnExec);
        var name = new byte[128];
        Assert.Equal(0, grantpt(descriptor) | unlockpt(descriptor) | ptsname_r(descriptor, name, name.Length));
        var path = Encoding.ASCII.GetString(name, 0, Array.IndexOf<byte>(name, 0));
        _keys = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        _process = RunningProcess.Start(
            "/bin/sh",
            ["-c", $"exec setsid --ctty --wait \"$0\" \"$@\" <{path} >{path} 2>&1", DaemonProgram.Path, .. arguments]
        );
        _reading = Task.Run(Read);
    }

    /// <summary>All that the terminal has shown, echoes included.</summary>
    internal string Screen
    {
        get
        {
            lock (_screen)
                return _screen.ToString();
        }
    }

    internal static void Require() =>
        Assert.SkipUnless(File.Exists("/usr/bin/setsid"), "needs setsid (util-linux), to give a program a terminal");

    /// <summary>Waits for a question and types the answer and Enter.</summary>
    internal async Task Answer(string question, byte[] answer)
    {
        await Eventually.Holds($"the question {question}", () => Screen.Contains(question, StringComparison.Ordinal));
        await _keys.WriteAsync(new ReadOnlyMemory<byte>([.. answer, (byte)'\n']));
    }

    /// <summary>What a key press alone does, such as Ctrl-C.</summary>
    internal ValueTask Press(byte key) => _keys.WriteAsync(new ReadOnlyMemory<byte>([key]));

    internal async Task<int> Ended()
    {
        var exit = await _process.Ended();
        await _reading;
        return exit;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _keys.DisposeAsync();
    }

    private void Read()
    {
        var buffer = new byte[4096];
        try
        {
            while (_keys.Read(buffer) is var count and > 0)
            {
                lock (_screen)
                    _screen.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // The last program left the terminal (EIO).
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(int descriptor, [Out] byte[] name, nint length);
}
