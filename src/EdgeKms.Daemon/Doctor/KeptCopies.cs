using System.Globalization;
using System.Text.Json;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Doctor;

/// <summary>
/// What migrations leave beside kube-apiserver's configuration: <c>FILE.before-migration-N</c>, the file as it was with the keys that old
/// backups of the datastore need (those of older releases have no number), and <c>FILE.migration.json</c> while one is under way. Names, dates and
/// modes alone are looked at; of the journal, which holds no key, where it leads.
/// </summary>
/// <param name="Configuration">The file that was replaced.</param>
/// <param name="Copies">Paths of the copies, oldest first.</param>
/// <param name="Journal">Path of the journal; null where no migration is under way.</param>
internal sealed record KeptCopies(string Configuration, IReadOnlyList<string> Copies, string? Journal)
{
    private const string Before = ".before-migration";
    private const int MaxJournal = 65_536;

    /// <summary>Those files beside which something lies, in their order; two names of one file count once.</summary>
    /// <exception cref="UnauthorizedAccessException">A directory may not be listed.</exception>
    internal static IReadOnlyList<KeptCopies> Find(IEnumerable<string> configurations) =>
        [
            .. configurations
                .SelectMany(c => (string[])[c, Target(c)])
                .Distinct(StringComparer.Ordinal)
                .Select(Beside)
                .Where(k => k.Copies.Count > 0 || k.Journal is not null),
        ];

    /// <summary>For people: name and day, such as <c>enc.yaml.before-migration-1 (2026-11-24)</c>.</summary>
    internal static string Named(string copy) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(copy)} ({File.GetLastWriteTimeUtc(copy):yyyy-MM-dd})"
        );

    /// <summary>The command that goes on with the migration; null where it is being taken back.</summary>
    internal string? GoesOn()
    {
        try
        {
            var folder = new LinuxDirectory(Path.GetDirectoryName(Journal)!, isPrivate: false);
            using var json = JsonDocument.Parse(folder.Read(Path.GetFileName(Journal)!, MaxJournal) ?? default);
            var journal = json.RootElement;
            if (journal.TryGetProperty("goingBack", out var back) && back.ValueKind == JsonValueKind.True)
                return null;
            var to = journal.GetProperty("to").GetString();
            if (to is "kms" or "identity")
                return $"edgekms migrate --to {to} --encryption-config {Configuration}, with the options that it was begun with,";
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or EdgeKmsException)
        {
            // Damaged, or not for this user: whoever began it knows the command.
        }
        return "the \"edgekms migrate\" command that it was begun with";
    }

    private static KeptCopies Beside(string configuration)
    {
        var (folder, name) = (Path.GetDirectoryName(configuration)!, Path.GetFileName(configuration));
        if (!Directory.Exists(folder))
            return new KeptCopies(configuration, [], null);
        var copies = Directory
            .EnumerateFiles(folder)
            .Select(f => (Path: f, Number: Number(Path.GetFileName(f), name + Before)))
            .Where(f => f.Number >= 0)
            .OrderBy(f => f.Number);
        var journal = configuration + ".migration.json";
        return new KeptCopies(configuration, [.. copies.Select(f => f.Path)], File.Exists(journal) ? journal : null);
    }

    /// <summary>0 for the copy without a number, -1 for a file that is none.</summary>
    private static int Number(string file, string prefix) =>
        file == prefix ? 0
        : file.StartsWith(prefix + "-", StringComparison.Ordinal)
        && int.TryParse(file.AsSpan(prefix.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
        : -1;

    private static string Target(string configuration)
    {
        try
        {
            return File.ResolveLinkTarget(configuration, returnFinalTarget: true)?.FullName ?? configuration;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link in a circle leads to no file.
            return configuration;
        }
    }
}
