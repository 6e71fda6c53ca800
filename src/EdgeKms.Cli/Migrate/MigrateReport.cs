namespace EdgeKms.Cli.Migrate;

/// <summary>What <c>edgekms migrate -o json</c> prints.</summary>
/// <param name="Config">The API server's configuration file.</param>
/// <param name="To">The providers that write now, or would.</param>
/// <param name="Left">Providers that were left.</param>
/// <param name="Resources">As the configuration names them.</param>
/// <param name="Rewritten">Objects that were stored anew by this run.</param>
/// <param name="Objects">Objects in the datastore at the last look; null where it was not asked.</param>
/// <param name="Finished">False where the old provider stays readable.</param>
/// <param name="DryRun">True when nothing was changed.</param>
internal sealed record MigrateReport(
    string Config,
    string To,
    IReadOnlyList<string> Left,
    IReadOnlyList<string> Resources,
    int Rewritten,
    long? Objects,
    bool Finished,
    bool DryRun
);

/// <summary>What <c>edgekms migrate --history -o json</c> prints.</summary>
/// <param name="Config">The API server's configuration file.</param>
/// <param name="UnderWay">Where a migration that is under way leads, or <c>back</c>; null where none is.</param>
/// <param name="Copies">What the file was before each migration, the oldest first.</param>
internal sealed record MigrateHistory(string Config, string? UnderWay, IReadOnlyList<KeptCopyReport> Copies);

/// <summary>One kept copy.</summary>
/// <param name="File">Its path.</param>
/// <param name="Kept">When, UTC.</param>
/// <param name="Entries">Each entry with its providers; names of keys, never keys.</param>
internal sealed record KeptCopyReport(string File, DateTimeOffset Kept, IReadOnlyList<KeptEntryReport> Entries);

/// <param name="Resources">As the file has them.</param>
/// <param name="Providers">In their order, such as <c>aescbc (key1)</c>.</param>
internal sealed record KeptEntryReport(IReadOnlyList<string> Resources, IReadOnlyList<string> Providers);
