namespace EdgeKms.Cli.Logs;

/// <summary>What <c>edgekms logs -o json</c> prints.</summary>
/// <param name="File">The zip.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Entries">Files in it.</param>
/// <param name="Missing">What could not be had, with the reason.</param>
internal sealed record LogsReport(
    string File,
    long Bytes,
    IReadOnlyList<string> Entries,
    IReadOnlyDictionary<string, string> Missing
);
