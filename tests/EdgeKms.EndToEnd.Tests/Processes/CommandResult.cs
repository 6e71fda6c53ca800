namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>How a program ended and what it printed.</summary>
internal sealed record CommandResult(int Exit, string Output, string Error)
{
    public override string ToString() => $"exit {Exit}\n{Output}\n{Error}";
}
