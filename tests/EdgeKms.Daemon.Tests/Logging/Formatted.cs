using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Logging;

/// <summary>A logger that has a formatter write at once, as the console's thread does later.</summary>
internal sealed class Formatted(ConsoleFormatter formatter, TextWriter output) : ILogger
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 3, 0, 0, 250, TimeSpan.Zero);

    /// <summary>What a formatter makes of what is logged.</summary>
    public static string By(Func<TimeProvider, ConsoleFormatter> formatter, Action<ILogger> log)
    {
        var lines = new StringWriter();
        log(new Formatted(formatter(new FakeTimeProvider(s_now)), lines));
        return lines.ToString();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> message
    ) => formatter.Write(new LogEntry<TState>(logLevel, "EdgeKms", eventId, state, exception, message), null, output);
}
