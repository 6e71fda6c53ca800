using System.Text;
using System.Text.Json;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Contract.Settings;

/// <summary>
/// Reads edgekms.json strictly: unknown and duplicate names, comments, trailing commas, wrong types and values out of
/// range are errors that name line and field. At most 64 KiB.
/// </summary>
public static class SettingsFile
{
    private const int MaxBytes = 65_536;

    /// <summary>The values that the file sets, by setting name, as canonical text.</summary>
    /// <exception cref="CommandException">Exit code 2: not readable, not JSON, or a value is refused.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        // One byte more than allowed is read, whatever length the file system tells: a device tells 0.
        var bytes = new byte[MaxBytes + 1];
        int length;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"the configuration {path} can't be read",
                "check the path and its mode, or name another file with --config",
                e
            );
        }
        return Parse(bytes.AsSpan(0, length), path);
    }

    /// <summary>Parses the file's bytes; <paramref name="path"/> is for messages only.</summary>
    /// <exception cref="CommandException">Exit code 2, with line and field.</exception>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> json, string path)
    {
        if (json.Length > MaxBytes)
            throw Wrong(path, "is larger than 65536 bytes");
        if (json.StartsWith("\uFEFF"u8))
            throw Wrong(
                $"{path}:1",
                "starts with a byte order mark",
                "save the file as UTF-8 without a byte order mark"
            );
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Wrong(At(path, json, ref reader), "must be a JSON object");
            ReadObject(ref reader, json, path, "", values, names);
            if (reader.Read())
                throw Wrong(At(path, json, ref reader), "there is text after the object");
        }
        catch (JsonException e)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{path}:{e.LineNumber + 1}: not valid JSON",
                "JSON has no comments and no comma after the last member",
                e
            );
        }
        catch (InvalidOperationException e)
        {
            // Utf8JsonReader.GetString, for bytes that aren't UTF-8 and for half a surrogate pair.
            throw Wrong(At(path, json, ref reader), "a text isn't valid Unicode", inner: e);
        }
        return values;
    }

    private static void ReadObject(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> json,
        string path,
        string prefix,
        Dictionary<string, string> values,
        HashSet<string> names
    )
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString()!;
            var name = prefix + member;
            var place = At(path, json, ref reader);
            if (member.Contains('.', StringComparison.Ordinal))
                throw Wrong(place, $"unknown setting \"{name}\"", "write a name with a dot as an object with a member");
            if (!names.Add(name))
                throw Wrong(place, $"\"{name}\" is given twice");
            var setting = SettingTable.All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));
            reader.Read();
            if (string.Equals(name, "$schema", StringComparison.Ordinal))
            {
                if (reader.TokenType != JsonTokenType.String)
                    throw Wrong(place, "\"$schema\" must be a text");
                continue;
            }
            if (setting is null)
            {
                if (!SettingTable.All.Any(s => s.Name.StartsWith(name + ".", StringComparison.Ordinal)))
                    throw Wrong(place, $"unknown setting \"{name}\"", Suggest(name));
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw Wrong(place, $"\"{name}\" must be an object");
                ReadObject(ref reader, json, path, name + ".", values, names);
                continue;
            }
            var text =
                Text(ref reader, setting)
                ?? throw Wrong(place, $"\"{name}\" must be {SettingsSchema.TypeName(setting)}");
            if (setting.Refuse(text) is { } reason)
                throw Wrong(place, $"\"{name}\" {reason}");
            values[name] = text;
        }
    }

    private static string? Text(ref Utf8JsonReader reader, Setting setting)
    {
        switch (setting.Kind)
        {
            case SettingKind.Switch:
                return reader.TokenType switch
                {
                    JsonTokenType.True => "true",
                    JsonTokenType.False => "false",
                    _ => null,
                };
            case SettingKind.Count:
                return reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan) : null;
            case SettingKind.UserIds:
                if (reader.TokenType != JsonTokenType.StartArray)
                    return null;
                var ids = new List<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (reader.TokenType != JsonTokenType.Number)
                        return null;
                    ids.Add(Encoding.UTF8.GetString(reader.ValueSpan));
                }
                return string.Join(',', ids);
            default:
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
    }

    private static string At(string path, ReadOnlySpan<byte> json, ref Utf8JsonReader reader) =>
        $"{path}:{json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1}";

    private static string Suggest(string name)
    {
        // A setting that was written without its object is nearer than any spelling.
        var near =
            SettingTable
                .All.FirstOrDefault(s => string.Equals(s.Name.Split('.')[^1], name, StringComparison.OrdinalIgnoreCase))
                ?.Name
            ?? Spelling.Nearest(name, SettingTable.All.SelectMany(s => new[] { s.Name, s.Name.Split('.')[0] }));
        return near is null ? "\"edgekms config --help\" lists the settings" : $"did you mean \"{near}\"?";
    }

    private static CommandException Wrong(string place, string message, string? hint = null, Exception? inner = null) =>
        new(
            ExitCode.Usage,
            $"{place}: {message}",
            hint ?? "correct the file, then run \"edgekms config check\"; \"edgekms config schema\" prints the schema",
            inner
        );
}
