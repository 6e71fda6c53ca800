using System.Diagnostics;
using System.Text;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>A program that runs, with what it has printed so far.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private RunningProcess(Process process) => _process = process;

    internal int Pid => _process.Id;

    internal bool HasEnded => _process.HasExited;

    internal string Output => Text(_output);

    internal string Error => Text(_error);

    /// <summary>
    /// Starts a program; <paramref name="environment"/> is added to the tests' own (null removes a name). Skips the test where the
    /// machine lacks the program: not from a fixture, whose skip would fail its tests.
    /// </summary>
    internal static RunningProcess Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        byte[]? input = null
    )
    {
        if (!File.Exists(program) && Path.GetDirectoryName(program) is "/usr/bin" or "/bin")
            Assert.Skip($"needs {Path.GetFileName(program)}, which is not installed (tests/prepare.sh)");
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment ?? [])
            info.Environment[name] = value;
        var running = new RunningProcess(new Process { StartInfo = info });
        running._process.OutputDataReceived += (_, line) => Add(running._output, line.Data);
        running._process.ErrorDataReceived += (_, line) => Add(running._error, line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        if (input is not null)
            running._process.StandardInput.BaseStream.Write(input);
        running._process.StandardInput.Close();
        return running;
    }

    /// <summary>Runs a program to its end.</summary>
    internal static async Task<CommandResult> Run(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        byte[]? input = null
    )
    {
        await using var running = Start(program, arguments, environment, input);
        var exit = await running.Ended();
        return new CommandResult(exit, running.Output, running.Error);
    }

    internal void Send(int signal) => Signal.Send(Pid, signal);

    /// <summary>Waits for the end, no longer than the guard; the exit code, with all output read.</summary>
    internal async Task<int> Ended(TimeSpan? guard = null)
    {
        using var timeout = new CancellationTokenSource(guard ?? Eventually.Guard);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(
                $"process {Pid} did not end within {guard ?? Eventually.Guard}: {Output}{Error}",
                e
            );
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal.Send(Pid, Signal.Kill);
            await _process.WaitForExitAsync();
        }
        if (Path.GetFileName(_process.StartInfo.FileName).StartsWith("edgekms", StringComparison.Ordinal))
            OutputCanary.Printed(
                _process.StartInfo.FileName,
                string.Join(' ', _process.StartInfo.ArgumentList) + Output + Error
            );
        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.Append(line).Append('\n');
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
