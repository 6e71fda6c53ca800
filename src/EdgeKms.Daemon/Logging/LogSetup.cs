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
        // A start or a stop that fails ends the process, which says so itself; a loop says so too. The host would say it again.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        var format = settings.LogsJson ? JsonLines.FormatName : TextLines.FormatName;
        logging.AddConsole(o => o.FormatterName = format);
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, JsonLines>());
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, TextLines>());
        logging.Services.Configure<ConsoleLoggerOptions>(o =>
        {
            o.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever reads the log may be slow or stuck: lines are lost then, and it is said how many. A call never waits.
            o.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}
