using System.Globalization;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Manual;

/// <summary>edgekms.json(5), from the table of the settings.</summary>
internal static class SettingsPage
{
    public const string Name = "edgekms.json";

    public static ManualPage Of(ManualEdition edition)
    {
        var page = new ManualPage(Name, 5, edition, "settings of edgekms and edgekmsd");
        page.Section("SYNOPSIS");
        page.Line(Roff.Italic(SettingTable.DefaultFile));
        page.Section("DESCRIPTION");
        page.Lead(
            "One JSON object (RFC 8259). It is read strictly: unknown and duplicate names, comments, trailing commas, wrong types and "
                + "values out of their limits are refused, with the line. A file that sets only what differs from the defaults is the better one; "
                + "an empty object, or no file, is all of them. The member $schema is allowed and ignored."
        );
        page.Paragraph(
            "Each setting is also an option of every command, which wins over the file. "
                + "edgekms config show prints the settings in force with their origin, edgekms config check checks a file, and "
                + "edgekms config schema prints the JSON Schema. edgekmsd reads the file when it starts."
        );
        page.Section("SETTINGS");
        page.Lead("A name with a dot is a member of an object: kms.socket is the member socket of the object kms.");
        foreach (var setting in SettingTable.All)
        {
            page.Term(
                $"{Roff.Bold(setting.Name)} ({Roff.Escape(SettingsSchema.TypeName(setting))})",
                string.Join(' ', Texts(setting))
            );
        }
        page.Section("FILES");
        page.Term(Roff.Italic(SettingTable.DefaultFile), "Read where no --config names another file.");
        page.Section("EXAMPLES");
        page.Lead("A socket that the group kube may call, and a backup at each change of the ring:");
        page.Typed([
            "{",
            "  \"kms\": { \"group\": \"kube\" },",
            "  \"backup\": { \"directory\": \"/mnt/backup/edgekms\" }",
            "}",
        ]);
        page.SeeAlso([("edgekms", 1), ("edgekms-config", 1), ("edgekmsd", 8)]);
        return page;
    }

    private static IEnumerable<string> Texts(Setting setting)
    {
        yield return setting.Summary;
        if (Limits(setting) is { } limits)
            yield return limits;
        yield return setting.Default.Length == 0 ? "No default." : $"Default: {setting.Default}.";
        yield return $"Option: {setting.Flag}.";
    }

    private static string? Limits(Setting setting) =>
        setting.Kind switch
        {
            SettingKind.Count => string.Create(CultureInfo.InvariantCulture, $"{setting.Min} to {setting.Max}."),
            SettingKind.Duration =>
                $"A whole number with one unit (d, h, m, s), {DurationText.Format(TimeSpan.FromSeconds(setting.Min))} to "
                    + $"{DurationText.Format(TimeSpan.FromSeconds(setting.Max))}.",
            SettingKind.Choice => $"One of {string.Join(", ", setting.Choices)}.",
            _ => null,
        };
}
