using System.Diagnostics;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// A command of the person who runs the checks (--rotate-command and the like), given to /bin/sh -c. The one place of
/// this project that starts a process. Its output is read and, where the command fails, told: at most 400 characters.
/// </summary>
public sealed class ShellCommand
{
    private const int ToldOutput = 400;

    private readonly string text;
    private readonly TimeSpan limit;
    private readonly TimeProvider time;

    /// <param name="text">What /bin/sh runs.</param>
    /// <param name="limit">The command is killed after this time.</param>
    /// <param name="time">Measures the limit.</param>
    public ShellCommand(string text, TimeSpan limit, TimeProvider time)
    {
        this.text = text;
        this.limit = limit;
        this.time = time;
    }

    /// <summary>Runs the command to its end.</summary>
    /// <exception cref="ConformanceException">It ended with another code than 0, or outlived its limit.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", text },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var clock = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, clock.Token);
#pragma warning disable RS0030 // The named exception of the ban: the user's own command, asked for on the command line.
        using var process = Process.Start(start) ?? throw new ConformanceException("/bin/sh could not be started");
#pragma warning restore RS0030
        process.StandardInput.Close();

        // A plugin that the command leaves running in the background holds the pipes open: only the shell's own end
        // is waited for, and the output is taken as far as it has come.
        var output = new CappedText(ToldOutput);
        process.OutputDataReceived += (_, line) => output.Append(line.Data);
        process.ErrorDataReceived += (_, line) => output.Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => ended.TrySetResult();
        process.EnableRaisingEvents = true;
        try
        {
            await ended.Task.WaitAsync(both.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            throw new ConformanceException($"the command did not end within {limit.TotalSeconds:0} s: {text}", late);
        }

        if (process.ExitCode != 0)
        {
            // What a failed command said explains it; its last lines may still be on their way.
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
            throw new ConformanceException($"the command ended with code {process.ExitCode}: {text}: {output}");
        }
    }
}
