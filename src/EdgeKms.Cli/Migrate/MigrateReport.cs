namespace EdgeKms.Cli.Migrate;

/// <summary>What <c>edgekms migrate -o json</c> prints.</summary>
/// <param name="Config">The API server's configuration file.</param>
/// <param name="To">The provider that writes now, or would.</param>
/// <param name="Left">Providers that were left.</param>
/// <param name="Resources">As the configuration names them.</param>
/// <param name="Rewritten">Objects that were stored anew by this run.</param>
/// <param name="Objects">Objects in the datastore at the proof; null where it was not asked.</param>
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
