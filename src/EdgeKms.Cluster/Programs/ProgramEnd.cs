namespace EdgeKms.Cluster.Programs;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">What it wrote to standard output, as far as the limit went.</param>
/// <param name="Error">The same of standard error.</param>
public sealed record ProgramEnd(int ExitCode, string Output, string Error)
{
    private const int ToldCharacters = 400;

    /// <summary>What to tell of a failure: its errors, else its output, on one line of at most 400 characters.</summary>
    public string Said
    {
        get
        {
            var text = Error.AsSpan().Trim() is [] ? Output : Error;
            var line = string.Join(
                "; ",
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            );
            return line.Length == 0 ? $"it ended with code {ExitCode}"
                : line.Length > ToldCharacters ? line[..ToldCharacters] + "..."
                : line;
        }
    }
}
