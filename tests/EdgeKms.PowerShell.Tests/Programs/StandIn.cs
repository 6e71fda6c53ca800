using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.PowerShell.Tests.Programs;

/// <summary>
/// A program named edgekms that keeps its arguments and its input, prints what it was told, and ends: for reports and
/// failures that a test can't bring about.
/// </summary>
internal sealed class StandIn : IDisposable
{
    private readonly PrivateDirectory _directory = new();

    /// <param name="output">What goes to standard output.</param>
    /// <param name="error">What goes to standard error.</param>
    /// <param name="exit">The exit code.</param>
    internal StandIn(string output, string error = "", int exit = 0)
    {
        File.WriteAllText(_directory.At("output"), output);
        File.WriteAllText(_directory.At("error"), error);
        var program = _directory.At("edgekms");
        File.WriteAllText(
            program,
            $"""
            #!/bin/sh
            cd {_directory.Path}
            printf '%s\n' "$@" >arguments
            case " $* " in *" --config=- "*) cat >input ;; esac
            cat error >&2
            cat output
            exit {exit}
            """
        );
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
    }

    internal string Folder => _directory.Path;

    /// <summary>The arguments of the last run; empty where there was none.</summary>
    internal IReadOnlyList<string> Arguments => File.Exists(_directory.At("arguments")) ? Lines("arguments") : [];

    internal string Input => File.ReadAllText(_directory.At("input"));

    public void Dispose() => _directory.Dispose();

    private string[] Lines(string name) => File.ReadAllLines(_directory.At(name));
}
