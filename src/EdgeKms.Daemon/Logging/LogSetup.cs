using EdgeKms.Contract.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeKms.Daemon.Logging;

/// <summary>The log on standard error, as <c>log.level</c> and <c>log.format</c> say.</summary>
internal static class LogSetup
{
    internal static void AddTo(ILoggingBuilder logging, EdgeKmsSettings settings)
    {
        logging.SetMinimumLevel(
            settings.LogLevel switch
            {
                "error" => LogLevel.Error,
                "warning" => LogLevel.Warning,
                "debug" => LogLevel.Debug,
                _ => LogLevel.Information,
            }
        );
        // The framework's own lines may quote what the peer sent: only its failures are wanted.
        logging.AddFilter("Microsoft", LogLevel.Error);
        logging.AddFilter("Grpc", LogLevel.Error);
        if (settings.LogsJson)
        {
            logging.AddConsole(o => o.FormatterName = JsonLines.FormatName);
            logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, JsonLines>());
        }
        else
        {
            logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
                o.UseUtcTimestamp = true;
            });
        }
        logging.Services.Configure<ConsoleLoggerOptions>(o =>
        {
            o.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever reads the log may be slow or stuck: lines are lost then, and it is said how many. A call never waits.
            o.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}
