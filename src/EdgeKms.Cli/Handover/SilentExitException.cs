namespace EdgeKms.Cli.Handover;

/// <summary>Ends the program with the exit code of edgekmsd, which has already written its message.</summary>
internal sealed class SilentExitException(int exitCode) : Exception
{
    public int ExitCode { get; } = exitCode;
}
