namespace EdgeKms.Contract.CommandLine;

/// <summary>How a command prints its result.</summary>
public enum OutputFormat
{
    Text,
    Json,
}
