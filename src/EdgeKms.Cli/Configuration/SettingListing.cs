using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Configuration;

/// <summary>What <c>edgekms config show</c> prints.</summary>
/// <param name="File">The file that was read, or null.</param>
/// <param name="Settings">The settings in force.</param>
internal sealed record SettingListing(string? File, EdgeKmsSettings Settings)
{
    public Page Page() =>
        new(
            Tone.Good,
            null,
            [new Fact("File", File ?? $"none ({SettingTable.DefaultFile} does not exist)")],
            [
                new PageTable(
                    "Settings",
                    ["Name", "Value", "Origin", "Flag"],
                    [.. SettingTable.All.Select(s => (string[])[s.Name, Value(s), Origin(s), s.Flag])]
                ),
            ]
        );

    /// <summary><c>file</c> and <c>settings</c>; each value has the type that it has in edgekms.json.</summary>
    public string Json()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("file", File);
            json.WriteStartArray("settings");
            foreach (var setting in SettingTable.All)
            {
                json.WriteStartObject();
                json.WriteString("name", setting.Name);
                json.WritePropertyName("value");
                WriteValue(json, setting);
                json.WriteString("origin", Origin(setting));
                json.WriteString("flag", setting.Flag);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void WriteValue(Utf8JsonWriter json, Setting setting)
    {
        var text = Settings.Text(setting);
        switch (setting.Kind)
        {
            case SettingKind.Count:
                json.WriteNumberValue(long.Parse(text, CultureInfo.InvariantCulture));
                break;
            case SettingKind.Switch:
                json.WriteBooleanValue(string.Equals(text, "true", StringComparison.Ordinal));
                break;
            case SettingKind.UserIds:
                json.WriteStartArray();
                foreach (var uid in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    json.WriteNumberValue(uint.Parse(uid, CultureInfo.InvariantCulture));
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(text);
                break;
        }
    }

    private string Value(Setting setting) => Settings.Text(setting) is { Length: > 0 } text ? text : "-";

    private string Origin(Setting setting) => Settings.Origin(setting).ToString().ToLowerInvariant();
}
