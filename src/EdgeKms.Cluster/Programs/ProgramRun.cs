using System.ComponentModel;
using System.Diagnostics;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Programs;

/// <summary>
/// Runs a program of the machine (<c>systemctl</c>, <c>journalctl</c>) to its end: no shell, no input. Never with a secret
/// among its arguments, which everybody on the machine can read.
/// </summary>
public static class ProgramRun
{
    private const int MaxCharacters = 16 * 1024 * 1024;

    /// <param name="program">A name that is looked up on PATH, or a path.</param>
    /// <param name="arguments">One word each.</param>
    /// <param name="limit">It is killed after this time.</param>
    /// <param name="time">Measures the limit.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="CommandException">Exit code 8: it can't be started; 1: it outlived its limit.</exception>
    public static async Task<ProgramEnd> ToEndAsync(
        string program,
        IReadOnlyList<string> arguments,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        using var clock = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        using var process = Start(program, arguments);
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, either.Token);
            var error = ReadAsync(process.StandardError, either.Token);
            await process.WaitForExitAsync(either.Token);
            return new ProgramEnd(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{program} did not end within {limit.TotalSeconds:0} s",
                $"run it by hand: {program} {string.Join(' ', arguments)}"
            );
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
#pragma warning disable RS0030 // The named exception of the ban: programs of the machine with fixed arguments.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new CommandException(
                ExitCode.Io,
                $"{program} can't be started: {e.Message}",
                $"see whether {program} is installed",
                e
            );
        }
    }

    /// <summary>Reads to the end; what is beyond 16 Mi characters is dropped, so that the program never waits.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var text = new System.Text.StringBuilder();
        var part = new char[8192];
        while (await reader.ReadAsync(part, cancellation) is > 0 and var length)
        {
            if (text.Length < MaxCharacters)
                text.Append(part, 0, length);
        }
        return text.ToString();
    }
}
