using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EdgeKms.Cluster;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>One provider on this machine: state, sockets, passphrase, and the real edgekmsd.</summary>
internal sealed class ProviderHome : IAsyncDisposable
{
    private readonly PrivateDirectory _directory = new();
    private readonly List<string> _logs = [];

    /// <summary>The running daemon, or the one that ended last.</summary>
    internal RunningProcess? Daemon { get; private set; }

    internal byte[] Passphrase { get; } =
        OutputCanary.Secret(
            "a passphrase",
            Encoding.ASCII.GetBytes("passphrase " + Convert.ToHexStringLower(Canary.Bytes(12)))
        );

    internal string State => At("state");

    internal string Ring => At("state", "ring");

    internal string Token => At("state", "node-token");

    internal string Checkpoint => At("state", "checkpoint");

    internal string KmsSocket => At("run", "kms.sock");

    internal string AdminSocket => At("run", "admin.sock");

    internal string ObserverSocket => At("run", "observer.sock");

    internal string RecoveryCodeFile => At("recovery-code");

    internal IReadOnlyList<string> Settings =>
        ["--state-directory", State, "--kms-socket", KmsSocket, "--admin-socket", AdminSocket];

    /// <summary>What every daemon of this home has logged.</summary>
    internal string Log => string.Concat(_logs) + Daemon?.Error + Daemon?.Output;

    /// <summary>A home with a ring.</summary>
    internal static async Task<ProviderHome> Create()
    {
        var home = new ProviderHome();
        var result = await home.Init();
        Assert.True(result.Exit == 0, result.ToString());
        return home;
    }

    /// <summary>A home with a ring, served.</summary>
    internal static async Task<ProviderHome> Serving(params string[] more)
    {
        var home = await Create();
        try
        {
            await home.Serve(more);
            return home;
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    internal string At(params string[] names) => _directory.At(names);

    internal string NewestGeneration() =>
        Directory.GetFiles(Ring, "ring-????????").Order(StringComparer.Ordinal).Last();

    internal Task<CommandResult> Init(params string[] more)
    {
        string[] code = more.Contains("--recovery-code-file") ? [] : ["--recovery-code-file", RecoveryCodeFile];
        return Run(["init", "--kdf", "pbkdf2", "--passphrase-file", "-", .. code, .. more], Passphrase);
    }

    /// <summary>Runs a command of edgekmsd with this home's settings.</summary>
    internal Task<CommandResult> Run(IEnumerable<string> command, byte[]? input = null) =>
        RunningProcess.Run(DaemonProgram.Path, [.. command, .. Settings], input: input);

    /// <summary>As <see cref="Run"/>, with a clock that is days ahead.</summary>
    internal Task<CommandResult> RunAt(int days, IEnumerable<string> command, byte[]? input = null) =>
        RunningProcess.Run(DaemonProgram.Path, [.. command, .. Settings], FakeClock.DaysAhead(days), input);

    internal async Task<RotateReport> Rotate()
    {
        var result = await Run(["rotate", "-o", "json"]);
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.RotateReport)!;
    }

    /// <summary>Starts the daemon and waits until it listens.</summary>
    internal async Task Serve(params string[] more)
    {
        Start(DaemonProgram.Path, ["serve", .. Settings, .. more]);
        await Listening();
    }

    /// <summary>As <see cref="Serve"/>, with a clock that is days ahead.</summary>
    internal async Task ServeAt(int days, params string[] more)
    {
        Start(DaemonProgram.Path, ["serve", .. Settings, .. more], FakeClock.DaysAhead(days));
        await Listening();
    }

    /// <summary>Starts the daemon through another program, which ends in it or starts it.</summary>
    internal void Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null
    )
    {
        if (Daemon is { } old)
            _logs.Add(old.Error + old.Output);
        Daemon = RunningProcess.Start(program, arguments, environment);
    }

    internal async Task Listening() =>
        await Eventually.Holds(
            "the daemon serves",
            () =>
                Daemon!.HasEnded
                    ? throw new InvalidOperationException($"the daemon ended: {Daemon.Error}")
                    : Daemon.Error.Contains(" serves ", StringComparison.Ordinal)
        );

    /// <summary>SIGTERM, and the exit code.</summary>
    internal async Task<int> Stop()
    {
        Daemon!.Send(Signal.Terminate);
        return await Daemon.Ended();
    }

    internal async Task Kill()
    {
        Daemon!.Send(Signal.Kill);
        await Daemon.Ended();
    }

    internal KmsClient Kms() => new(KmsSocket);

    /// <summary>The daemon's own report, from the admin socket.</summary>
    internal async Task<StatusReport> Status()
    {
        using var admin = new HttpClient(UnixConnection.Handler(AdminSocket));
        return (await admin.GetFromJsonAsync(new Uri("http://localhost/v1/status"), AdminJson.Default.StatusReport))!;
    }

    internal async Task<string> ActiveKey() => (await Status()).Ring!.Keys.Single(k => k.State == "active").Id;

    public async ValueTask DisposeAsync()
    {
        if (Daemon is not null)
            await Daemon.DisposeAsync();
        OutputCanary.Printed("edgekmsd", Log);
        // 43 characters of base64: not what a test has made of a token that it damaged.
        foreach (var line in File.Exists(Token) ? await File.ReadAllLinesAsync(Token) : [])
        {
            if (line.StartsWith("secret ", StringComparison.Ordinal) && line.Length == "secret ".Length + 43)
                OutputCanary.Secret("a node token", Encoding.ASCII.GetBytes(line["secret ".Length..]));
        }
        _directory.Dispose();
    }
}
