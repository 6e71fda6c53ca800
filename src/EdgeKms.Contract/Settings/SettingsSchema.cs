using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeKms.Contract.Settings;

/// <summary>The JSON Schema (draft 2020-12) of edgekms.json, from the table. A test compares it with the file in deploy/.</summary>
public static class SettingsSchema
{
    /// <summary>What a value of this setting must be, in words.</summary>
    public static string TypeName(Setting setting) =>
        setting.Kind switch
        {
            SettingKind.Switch => "true or false",
            SettingKind.Count => "a number",
            SettingKind.UserIds => "an array of numbers",
            _ => "a text",
        };

    /// <summary>The schema as indented JSON text with a final newline.</summary>
    public static string Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "edgekms.json");
            json.WriteString("type", "object");
            json.WriteBoolean("additionalProperties", false);
            json.WriteStartObject("properties");
            json.WriteStartObject("$schema");
            json.WriteString("type", "string");
            json.WriteEndObject();
            foreach (var group in SettingTable.All.GroupBy(GroupName, StringComparer.Ordinal))
            {
                if (group.Key.Length == 0)
                {
                    foreach (var setting in group)
                        WriteSetting(json, setting.Name, setting);
                    continue;
                }
                json.WriteStartObject(group.Key);
                json.WriteString("type", "object");
                json.WriteBoolean("additionalProperties", false);
                json.WriteStartObject("properties");
                foreach (var setting in group)
                    WriteSetting(json, setting.Name.Split('.')[1], setting);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static string GroupName(Setting setting) =>
        setting.Name.Contains('.', StringComparison.Ordinal) ? setting.Name.Split('.')[0] : "";

    private static void WriteSetting(Utf8JsonWriter json, string name, Setting setting)
    {
        json.WriteStartObject(name);
        json.WriteString("description", setting.Summary);
        switch (setting.Kind)
        {
            case SettingKind.Switch:
                json.WriteString("type", "boolean");
                json.WriteBoolean("default", string.Equals(setting.Default, "true", StringComparison.Ordinal));
                break;
            case SettingKind.Count:
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", setting.Min);
                json.WriteNumber("maximum", setting.Max);
                json.WriteNumber("default", long.Parse(setting.Default, CultureInfo.InvariantCulture));
                break;
            case SettingKind.UserIds:
                json.WriteString("type", "array");
                json.WriteNumber("maxItems", 64);
                json.WriteStartObject("items");
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", 0);
                json.WriteNumber("maximum", uint.MaxValue - 1);
                json.WriteEndObject();
                break;
            default:
                json.WriteString("type", "string");
                if (setting.Kind == SettingKind.Duration)
                    json.WriteString("pattern", "^[0-9]{1,9}[dhms]$");
                if (setting.Kind is SettingKind.FilePath or SettingKind.SocketPath)
                    json.WriteString("pattern", setting.MayBeEmpty ? "^(/.*[^/])?$" : "^/.*[^/]$");
                if (setting.Kind == SettingKind.Choice)
                {
                    json.WriteStartArray("enum");
                    foreach (var choice in setting.Choices)
                        json.WriteStringValue(choice);
                    json.WriteEndArray();
                }
                json.WriteString("default", setting.Default);
                break;
        }
        json.WriteEndObject();
    }
}
