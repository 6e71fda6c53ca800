using System.Text.Json;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Logging;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Logging;

public class JsonLinesTests
{
    [Fact]
    public void Write_ACall_IsOneObjectWithItsValues()
    {
        var written = Written(log =>
            DaemonLog.Called(
                log,
                LogLevel.Information,
                KmsMethod.Decrypt,
                CallId.Of("3a6f"),
                "sha256:00",
                StatusCode.OK,
                0.000009
            )
        );
        Assert.Equal(
            """{"time":"2026-11-24T03:00:00.250Z","level":"information","event":10,"message":"Decrypt uid=3a6f key=sha256:00 code=OK seconds=0.000009","method":"Decrypt","uid":"3a6f","keyHash":"sha256:00","code":"OK","seconds":9E-06}"""
                + "\n",
            written
        );
    }

    [Fact]
    public void Write_ATextWithLineBreaksAndQuotes_StaysOneLine()
    {
        var written = Written(log => DaemonLog.NotObserved(log, "/run/x\n\"y\"", "a\r\nb"));
        Assert.Equal(1, written.Count(c => c == '\n'));
        Assert.Equal("/run/x\n\"y\"", JsonDocument.Parse(written).RootElement.GetProperty("socket").GetString());
    }

    private static string Written(Action<ILogger> log)
    {
        var lines = new StringWriter();
        log(new Formatted(lines));
        return lines.ToString();
    }

    /// <summary>A logger that has the formatter write at once, as the console's thread does later.</summary>
    private sealed class Formatted(TextWriter output) : ILogger
    {
        private readonly JsonLines _formatter = new(
            new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 3, 0, 0, 250, TimeSpan.Zero))
        );

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            _formatter.Write(
                new LogEntry<TState>(logLevel, "EdgeKms", eventId, state, exception, formatter),
                null,
                output
            );
    }
}
