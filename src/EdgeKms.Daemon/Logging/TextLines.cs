using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeKms.Daemon.Logging;

/// <summary>One line an event, as people read it: time (UTC), level, category with the event's number, message.</summary>
internal sealed class TextLines(TimeProvider time) : ConsoleFormatter(FormatName)
{
    internal const string FormatName = "edgekms-text";

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var start = string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] "
        );
        var pair = LogPair.Of(logEntry);
        WriteLine(textWriter, start, pair.Message);
        if (pair.Hint is { } hint)
            WriteLine(textWriter, start, hint);
    }

    private static void WriteLine(TextWriter writer, string start, string text)
    {
        writer.Write(start);
        writer.Write(text.ReplaceLineEndings(" "));
        writer.Write('\n');
    }

    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Critical => "crit",
            LogLevel.Error => "fail",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            _ => "dbug",
        };
}
