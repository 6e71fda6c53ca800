using System.Text.Json;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// A migration that is under way, in <c>FILE.migration.json</c> beside the configuration. The steps are worked out anew from the
/// file as it is; the journal says where they lead, and which kept copy has the file as it was.
/// </summary>
/// <param name="Goal">Where it leads.</param>
/// <param name="IsGoingBack">True once it was aborted; the same command goes forward again.</param>
/// <param name="Before">The kept copy of the file as it was.</param>
public sealed record MigrationJournal(MigrationGoal Goal, bool IsGoingBack, string Before)
{
    /// <summary>True once the providers of <see cref="MigrationGoal.ReadersFrom"/> are in the file.</summary>
    public bool HasReaders { get; init; }

    internal static string PathOf(string config) => config + ".migration.json";

    /// <summary>Null where none is under way.</summary>
    /// <exception cref="CommandException">Exit code 7: it is damaged.</exception>
    internal static MigrationJournal? Read(string config)
    {
        var path = PathOf(config);
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(CappedFile.Read(path));
            var journal = json.RootElement;
            var goal = new MigrationGoal(
                journal.GetProperty("from").GetString(),
                journal.GetProperty("to").GetString()!,
                journal.GetProperty("providerName").GetString()!,
                journal.GetProperty("keepIdentity").GetBoolean()
            )
            {
                ReadersFrom = Text(journal, "readersFrom"),
            };
            return new MigrationJournal(
                goal,
                journal.GetProperty("goingBack").GetBoolean(),
                // Version 0.1 had one copy, with a fixed name.
                Text(journal, "before") ?? config + ".before-migration"
            )
            {
                HasReaders = journal.TryGetProperty("hasReaders", out var has) && has.GetBoolean(),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException(
                ExitCode.Damaged,
                $"{path}, the journal of a migration, is damaged",
                $"the configuration {config} itself is whole: remove the journal, then run the same command again; it works the steps out from the file as it is",
                e
            );
        }
    }

    internal void Write(string config)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("from", Goal.From);
            json.WriteString("to", Goal.To);
            json.WriteString("providerName", Goal.ProviderName);
            json.WriteBoolean("keepIdentity", Goal.KeepIdentity);
            json.WriteString("readersFrom", Goal.ReadersFrom);
            json.WriteBoolean("hasReaders", HasReaders);
            json.WriteBoolean("goingBack", IsGoingBack);
            json.WriteString("before", Before);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        ReplacedFile.Write(PathOf(config), stream.ToArray(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal static void Delete(string config)
    {
        File.Delete(PathOf(config));
        DirectorySync.Flush(Path.GetDirectoryName(config)!);
    }

    private static string? Text(JsonElement journal, string name) =>
        journal.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
