using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using EdgeKms.Cli.Metrics;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms metrics</c>: exits with 0, or with 11 where the daemon doesn't answer.</summary>
internal sealed class MetricsCommand : Command
{
    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Serve them over HTTP on this address, such as 127.0.0.1:9464, until Ctrl-C.",
        HelpName = "ADDRESS:PORT",
    };

    private readonly Option<string?> _textFile = new("--textfile")
    {
        Description = $"Write {TextFile.Name} into this directory, for node_exporter's textfile collector.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _every = new("--every")
    {
        Description = "With --textfile, stay and write it again after this time, such as 1m (5s to 1d).",
        HelpName = "TIME",
    };

    private readonly Session _session;

    public MetricsCommand(Session session)
        : base("metrics", "Show the daemon's metrics in Prometheus's text format, serve them, or keep them in a file.")
    {
        _session = session;
        foreach (var option in new Option[] { _listen, _textFile, _every })
            Options.Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_listen) is { } listen && Address(listen) is null)
                result.AddError("--listen takes an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464");
            if (result.GetValue(_listen) is not null && result.GetValue(_textFile) is not null)
                result.AddError("--listen and --textfile exclude each other");
            if (result.GetValue(_every) is not { } every)
                return;
            if (result.GetValue(_textFile) is null)
                result.AddError("--every needs --textfile");
            if (!DurationText.TryParse(every, out var time) || time.TotalSeconds < 5 || time.TotalDays > 1)
                result.AddError("--every takes a whole number and a unit, such as 30s or 1m; 5s to 1d");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var sockets = DaemonSockets.Of(_session.Settings.Read(parsed));
        if (parsed.GetValue(_listen) is { } listen)
            return await ListenAsync(Address(listen)!, sockets, cancellation);
        if (parsed.GetValue(_textFile) is { } directory)
            return await KeepAsync(directory, parsed.GetValue(_every), sockets, cancellation);
        var (page, problem) = await MetricsSource.ReadAsync(sockets, cancellation);
        await _session.Terminal.Output.WriteAsync(Encoding.UTF8.GetString(page));
        return problem is null ? 0 : problem.WriteTo(_session.Terminal.Error, CommandLineProgram.Name);
    }

    private async Task<int> ListenAsync(IPEndPoint address, DaemonSockets sockets, CancellationToken cancellation)
    {
        var error = _session.Terminal.Error;
        if (!IPAddress.IsLoopback(address.Address))
        {
            await error.WriteLineAsync(
                $"edgekms: warning: whoever reaches {address} reads the metrics: there is neither TLS nor a password"
            );
        }
        await new MetricsServer(address, sockets).RunAsync(
            url => error.WriteLine($"edgekms: metrics are served on {url}"),
            cancellation
        );
        return 0;
    }

    private async Task<int> KeepAsync(
        string directory,
        string? every,
        DaemonSockets sockets,
        CancellationToken cancellation
    )
    {
        var (page, problem) = await MetricsSource.ReadAsync(sockets, cancellation);
        TextFile.Write(directory, page);
        if (every is null)
            return problem is null ? 0 : problem.WriteTo(_session.Terminal.Error, CommandLineProgram.Name);
        _ = DurationText.TryParse(every, out var pause);
        while (true)
        {
            await Task.Delay(pause, _session.Time, cancellation);
            (page, _) = await MetricsSource.ReadAsync(sockets, cancellation);
            TextFile.Write(directory, page);
        }
    }

    /// <summary>An address and a port; an IPv6 address in brackets (RFC 3986), so that its last part isn't taken for the port.</summary>
    private static IPEndPoint? Address(string text)
    {
        var colon = text.LastIndexOf(':');
        if (
            colon < 0
            || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0
        )
            return null;
        var host = text[..colon];
        var isBracketed = host is ['[', .., ']'];
        return
            isBracketed == host.Contains(':', StringComparison.Ordinal)
            && IPAddress.TryParse(isBracketed ? host[1..^1] : host, out var address)
            ? new IPEndPoint(address, port)
            : null;
    }
}
