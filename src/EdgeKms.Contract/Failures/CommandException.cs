namespace EdgeKms.Contract.Failures;

/// <summary>
/// A failure that a person reads: the message pair of house rule 10 and the exit code. It carries no secret:
/// messages are literals with names, numbers and paths that the caller gave.
/// </summary>
public sealed class CommandException(ExitCode exitCode, string message, string hint, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the process exits with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What to do next: lower case, no full stop.</summary>
    public string Hint { get; } = hint;

    /// <summary>Writes the pair <c>PROGRAM: error: …</c>, <c>PROGRAM: hint: …</c> and returns the exit code.</summary>
    public int WriteTo(TextWriter writer, string program)
    {
        writer.WriteLine($"{program}: error: {Message}");
        writer.WriteLine($"{program}: hint: {Hint}");
        return (int)ExitCode;
    }
}
