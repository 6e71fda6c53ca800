using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeKms.Cli.ControlPlane;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms up</c>: stays in the foreground until SIGINT, SIGTERM or SIGHUP.</summary>
internal sealed class UpCommand : Command
{
    private const string DefaultState = "/var/lib/edgekms-local";

    private readonly OutputOption _output = new() { Description = "How to print what is ready (default text)." };

    private readonly Option<string?> _binaries = new("--bin-dir")
    {
        Description = "Take etcd and kube-apiserver from DIR; without it, from PATH.",
        HelpName = "DIR",
    };

    private readonly Option<string> _state = new("--state")
    {
        Description = "Keep data, certificates, logs and kubeconfig in DIR.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultState,
    };

    private readonly Option<int> _apiPort = Port("--api-port", "kube-apiserver", 6443);
    private readonly Option<int> _etcdPort = Port("--etcd-port", "etcd", 2379);
    private readonly Option<int> _etcdPeerPort = Port("--etcd-peer-port", "etcd's peers", 2380);

    private readonly Option<string?> _encryption = new("--encryption-config")
    {
        Description =
            "Encryption configuration; without it, /etc/edgekms/encryption-config.yaml, else one made from the settings.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noDaemon = new("--no-daemon")
    {
        Description = "Never start edgekmsd; refuse when nothing answers at the KMS socket.",
    };

    private readonly Option<string> _timeout = new("--ready-timeout")
    {
        Description = "Stop everything when it isn't ready after TIME.",
        HelpName = "TIME",
        DefaultValueFactory = _ => "60s",
    };

    private readonly Session _session;

    public UpCommand(Session session)
        : base("up", "Run a local control plane: edgekmsd, etcd and kube-apiserver, until Ctrl-C.")
    {
        _session = session;
        _timeout.Validators.Add(result =>
        {
            if (
                !DurationText.TryParse(result.GetValueOrDefault<string>() ?? "", out var time)
                || time < TimeSpan.FromSeconds(1)
            )
                result.AddError("--ready-timeout takes a whole number with a unit, such as 60s or 5m");
        });
        Option[] options =
        [
            _binaries,
            _state,
            _apiPort,
            _etcdPort,
            _etcdPeerPort,
            _encryption,
            _noDaemon,
            _timeout,
            _output,
        ];
        foreach (var option in options)
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The terminal's end is an end as well: nobody could stop it with Ctrl-C any more.
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        var registered = signals.Select(s => PosixSignalRegistration.Create(s, Stop)).ToList();
        try
        {
            var output = new UpOutput(_session.Terminal, _session.Time, parsed.GetValue(_output));
            var plane = new LocalControlPlane(Read(parsed), _session.Time, output.Step);
            await plane.RunAsync(output.Ready, stop.Token);
            output.Step("Stopped");
            return 0;
        }
        finally
        {
            foreach (var registration in registered)
                registration.Dispose();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private ControlPlaneOptions Read(ParseResult parsed)
    {
        var settings = _session.Settings.Read(parsed);
        return new ControlPlaneOptions(
            settings,
            Path.GetFullPath(parsed.GetRequiredValue(_state)),
            new ProgramSearch(parsed.GetValue(_binaries), _session.Daemon.SearchPath),
            parsed.GetValue(_apiPort),
            parsed.GetValue(_etcdPort),
            parsed.GetValue(_etcdPeerPort),
            parsed.GetValue(_encryption),
            parsed.GetValue(_noDaemon) ? null : LocalDaemon.Of(_session, settings, parsed),
            DurationText.TryParse(parsed.GetRequiredValue(_timeout), out var timeout) ? timeout : TimeSpan.Zero,
            Environment.ProcessPath!
        );
    }

    private static Option<int> Port(string name, string owner, int number)
    {
        var option = new Option<int>(name)
        {
            Description = $"Port of {owner} on 127.0.0.1; 0 takes a free one.",
            HelpName = "N",
            DefaultValueFactory = _ => number,
        };
        option.Validators.Add(result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "0";
            if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                result.AddError($"{name} takes a number from 0 to 65535");
        });
        return option;
    }
}
