using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Config;

/// <summary>
/// Reads the JSON of a deployment file: names without regard to case, so two that differ only by it are one name given
/// twice; comments and trailing commas refused; at most 1 MiB and 64 levels. The messages never quote a value: the file
/// holds a client secret in the clear.
/// </summary>
internal static class ConfigJson
{
    /// <summary>Largest file, in bytes; the shipped template has 800.</summary>
    public const int MaxBytes = 1_048_576;

    private const int MaxDepth = 64;

    /// <param name="json">UTF-8; a byte order mark is skipped, because Windows PowerShell writes one.</param>
    /// <param name="name">For messages: the file's path, or what stands for it.</param>
    /// <exception cref="CommandException">Exit code 2, with the line.</exception>
    public static ConfigValue Parse(ReadOnlySpan<byte> json, string name)
    {
        if (json.Length > MaxBytes)
            throw Wrong(name, 0, "is larger than 1 MiB", "name the deployment file of this machine");
        if (json is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, ..] or [_, 0, ..])
            throw Wrong(name, 0, "is UTF-16, not UTF-8", "save it as UTF-8: Set-Content -Encoding utf8");
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw Wrong(name, 0, "is empty", "start with the template: deploy/aksedge-config.json");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Wrong(name, Line(json, ref reader), "must be a JSON object", "it begins with {");
            var root = Value(ref reader, json, "", name);
            reader.Read(); // whatever follows is an error of the reader
            return root;
        }
        catch (JsonException e)
        {
            throw Wrong(
                name,
                (int)(e.LineNumber ?? 0) + 1,
                "not valid JSON, or nested more than 64 levels",
                "JSON has no comments and no comma after the last member",
                e
            );
        }
        catch (InvalidOperationException e)
        {
            throw Wrong(name, Line(json, ref reader), "a text isn't valid Unicode", "save it as UTF-8", e);
        }
    }

    /// <summary>A failure at a place in the file.</summary>
    internal static CommandException Wrong(
        string file,
        int line,
        string message,
        string hint,
        Exception? inner = null
    ) =>
        new(
            ExitCode.Usage,
            line == 0 ? $"{file} {message}" : string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {message}"),
            hint,
            inner
        );

    private static ConfigValue Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path, string file)
    {
        var line = Line(json, ref reader);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, json, path, file, line);
            case JsonTokenType.StartArray:
                var items = new List<ConfigValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{items.Count}]");
                    items.Add(Value(ref reader, json, at, file));
                }
                return new ConfigValue(JsonValueKind.Array, path, line) { Items = items };
            case JsonTokenType.String:
                return new ConfigValue(JsonValueKind.String, path, line) { Text = reader.GetString() };
            case JsonTokenType.Number:
                return new ConfigValue(JsonValueKind.Number, path, line);
            case JsonTokenType.True:
                return new ConfigValue(JsonValueKind.True, path, line);
            case JsonTokenType.False:
                return new ConfigValue(JsonValueKind.False, path, line);
            default:
                return new ConfigValue(JsonValueKind.Null, path, line);
        }
    }

    private static ConfigValue Object(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> json,
        string path,
        string file,
        int line
    )
    {
        var members = new List<(string, ConfigValue)>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (!names.Add(name))
                throw Wrong(
                    file,
                    Line(json, ref reader),
                    $"{at} is given twice",
                    "names that differ by case alone are one name"
                );
            reader.Read();
            members.Add((name, Value(ref reader, json, at, file)));
        }
        return new ConfigValue(JsonValueKind.Object, path, line) { Members = members };
    }

    private static int Line(ReadOnlySpan<byte> json, ref Utf8JsonReader reader) =>
        json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
}
