namespace EdgeKms.Cli.Handover;

/// <param name="Output">What it wrote on standard output.</param>
/// <param name="ExitCode">What it exited with.</param>
internal sealed record DaemonAnswer(ReadOnlyMemory<byte> Output, int ExitCode);
