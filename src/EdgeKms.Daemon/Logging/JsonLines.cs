using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeKms.Daemon.Logging;

/// <summary>
/// One JSON object a line: <c>time</c> (UTC), <c>level</c>, <c>event</c> (its number in the log), <c>message</c> as people read
/// it, and a member for each value in it. Where something was thrown, a second object has what to do.
/// </summary>
internal sealed class JsonLines(TimeProvider time) : ConsoleFormatter(FormatName)
{
    internal const string FormatName = "edgekms-json";

    private const string Template = "{OriginalFormat}";

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var pair = LogPair.Of(logEntry);
        Line(textWriter, logEntry.LogLevel, logEntry.EventId, pair.Message, logEntry.State);
        if (pair.Hint is { } hint)
            Line(textWriter, logEntry.LogLevel, logEntry.EventId, hint, null);
    }

    private void Line(TextWriter writer, LogLevel level, EventId id, string message, object? state)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString(
                "time",
                time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
            );
            json.WriteString("level", Level(level));
            json.WriteNumber("event", id.Id);
            json.WriteString("message", message);
            foreach (var (name, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (name != Template)
                    Member(json, name, value);
            }
            json.WriteEndObject();
        }
        writer.Write(Encoding.UTF8.GetString(bytes.WrittenSpan));
        writer.Write('\n');
    }

    private static void Member(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case uint number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>The names of <c>log.level</c>.</summary>
    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Critical => "critical",
            LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "information",
            _ => "debug",
        };
}
