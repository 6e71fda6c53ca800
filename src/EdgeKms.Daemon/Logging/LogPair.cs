using EdgeKms.Daemon.Errors;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Logging;

/// <summary>
/// What a log line says where something was thrown: the failure on the line, what to do on a second one. Whoever reads the log
/// gets neither a stack nor a foreign exception's words, which may quote what a peer sent.
/// </summary>
internal readonly record struct LogPair(string Message, string? Hint)
{
    internal static LogPair Of<TState>(in LogEntry<TState> entry)
    {
        var message = entry.Formatter(entry.State, null);
        if (entry.Exception is not { } thrown)
            return new LogPair(message, null);
        var failure = Failure.Of(thrown, "the lines of the log around it");
        return new LogPair($"{message}: {failure.Message}", $"hint: {failure.Hint}");
    }
}
