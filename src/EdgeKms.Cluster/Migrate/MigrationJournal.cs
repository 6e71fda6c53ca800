using System.Text.Json;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// A migration that is under way, in <c>CONFIG.migration.json</c> beside the configuration; the file as it was before is
/// <c>CONFIG.before-migration</c>, which stays afterwards: backups of the datastore may need its keys.
/// </summary>
/// <param name="Goal">Where it leads.</param>
/// <param name="IsGoingBack">True once it was aborted.</param>
internal sealed record MigrationJournal(MigrationGoal Goal, bool IsGoingBack)
{
    internal static string PathOf(string config) => config + ".migration.json";

    internal static string BeforeOf(string config) => config + ".before-migration";

    /// <summary>Null where none is under way.</summary>
    /// <exception cref="CommandException">Exit code 7: it is damaged.</exception>
    internal static MigrationJournal? Read(ImageRoot root, string config)
    {
        if (root.Read(PathOf(config)) is not { } bytes)
            return null;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var journal = json.RootElement;
            return new MigrationJournal(
                new MigrationGoal(
                    journal.GetProperty("from").GetString(),
                    journal.GetProperty("to").GetString()!,
                    journal.GetProperty("providerName").GetString()!,
                    journal.GetProperty("keepIdentity").GetBoolean()
                ),
                journal.GetProperty("goingBack").GetBoolean()
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException(
                ExitCode.Damaged,
                $"{PathOf(config)}, the journal of a migration, is damaged",
                $"compare {config} with {BeforeOf(config)}; every provider that both name has to stay until nothing is stored with it",
                e
            );
        }
    }

    internal byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("from", Goal.From);
            json.WriteString("to", Goal.To);
            json.WriteString("providerName", Goal.ProviderName);
            json.WriteBoolean("keepIdentity", Goal.KeepIdentity);
            json.WriteBoolean("goingBack", IsGoingBack);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return stream.ToArray();
    }
}
