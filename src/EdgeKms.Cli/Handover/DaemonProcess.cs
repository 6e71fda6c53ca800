using System.ComponentModel;
using System.Diagnostics;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Handover;

/// <summary>Runs edgekmsd as a child, for the answers that edgekms prints itself.</summary>
internal static class DaemonProcess
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs it to its end: standard input is empty, standard error is ours. At most 4 MiB of output and 10 s.
    /// </summary>
    /// <exception cref="CommandException">Exit code 8: can't be started; 11: too slow, or wrote too much.</exception>
    public static async Task<DaemonAnswer> AskAsync(
        string path,
        IEnumerable<string> arguments,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var child = Start(path, arguments);
        try
        {
            child.StandardInput.Close();
            var output = await ReadAsync(child.StandardOutput.BaseStream, either.Token);
            await child.WaitForExitAsync(either.Token);
            return new DaemonAnswer(output, child.ExitCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{path} did not end within {s_limit.TotalSeconds:0} s",
                "see whether the disk of the state directory answers"
            );
        }
        finally
        {
            if (!child.HasExited)
                child.Kill();
        }
    }

    /// <summary>Runs it to its end on our own terminal, for a command that asks for a passphrase.</summary>
    /// <exception cref="SilentExitException">It failed, and has said why.</exception>
    /// <exception cref="CommandException">Exit code 8: it can't be started.</exception>
    public static async Task RunAsync(string path, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var child = Start(new ProcessStartInfo(path, arguments) { UseShellExecute = false });
        // Not killed on Ctrl-C: the terminal has told it too, and it puts the terminal's echo back.
        await child.WaitForExitAsync(cancellation);
        if (child.ExitCode != 0)
            throw new SilentExitException(child.ExitCode);
    }

    private static Process Start(string path, IEnumerable<string> arguments) =>
        Start(
            new ProcessStartInfo(path, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        );

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
#pragma warning disable RS0030 // The one place of edgekms that starts a process: a fixed program, found by DaemonProgram.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new CommandException(
                ExitCode.Io,
                $"{start.FileName} can't be started: {e.Message}",
                "check that it is a program for this machine and that you may run it",
                e
            );
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length > MaxBytes)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                "edgekmsd wrote more than 4 MiB",
                "\"edgekms version\" shows whether the two programs match"
            );
        }
        return bytes.AsMemory(0, length);
    }
}
