using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Commands;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.Testing;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>init on a file system that forgets.</summary>
public sealed class VolatilePlacesTests : IDisposable
{
    private readonly ScratchDirectory _memory = new();
    private readonly ScratchDirectory _disk = new();

    public VolatilePlacesTests()
    {
        Assert.SkipUnless(
            FileSystemFacts.Of(_disk.Path)!.Volatile is null,
            "the folder for temporary files is volatile"
        );
        _memory.MountMemory();
    }

    public void Dispose()
    {
        _memory.Dispose();
        _disk.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Init_InMemory_WarnsBeforeItMakesAnything(bool dryRun)
    {
        var state = Path.Combine(_memory.Path, "var", "state"); // not there yet, as on a new machine
        Directory.CreateDirectory(Path.Combine(_memory.Path, "var"));
        using var streams = new ScriptedStreams("a passphrase of 30 characters", "a passphrase of 30 characters");

        var exit = await Init(streams, state, null, dryRun, OutputFormat.Text);

        Assert.Equal(0, exit);
        Assert.StartsWith(
            $"edgekms: warning: the state directory {state} is on a tmpfs, which is empty after a boot: the key ring would be gone",
            streams.Error
        );
        Assert.Equal(1, streams.Error.Split("warning:").Length - 1); // the token lies in it
        Assert.Equal(!dryRun, Directory.Exists(state));
    }

    [Theory]
    [InlineData(true, 1, "the state directory")]
    [InlineData(false, 1, "the node token")]
    public async Task Init_OfOnePlaceInMemory_NamesThatOneInJsonToo(bool isState, int count, string what)
    {
        var state = Path.Combine(isState ? _memory.Path : _disk.Path, "state");
        var token = Path.Combine(isState ? _disk.Path : _memory.Path, "token");
        using var streams = new ScriptedStreams();

        Assert.Equal(0, await Init(streams, state, token, dryRun: true, OutputFormat.Json));

        var report = JsonSerializer.Deserialize(streams.Out, AdminJson.Default.InitReport)!;
        Assert.Equal(count, report.Warnings.Count);
        Assert.StartsWith(what, report.Warnings[0]);
        Assert.Equal($"edgekms: warning: {report.Warnings[0]}\n", streams.Error);
    }

    [Fact]
    public async Task Init_OnADisk_WarnsOfNothing()
    {
        using var streams = new ScriptedStreams();

        Assert.Equal(0, await Init(streams, Path.Combine(_disk.Path, "state"), null, dryRun: true, OutputFormat.Json));

        Assert.Empty(JsonSerializer.Deserialize(streams.Out, AdminJson.Default.InitReport)!.Warnings);
        Assert.Equal("", streams.Error);
    }

    private Task<int> Init(ScriptedStreams streams, string state, string? token, bool dryRun, OutputFormat output)
    {
        var flags = new Dictionary<string, string>
        {
            ["stateDirectory"] = state,
            ["kms.socket"] = Path.Combine(_disk.Path, "run/kms.sock"),
            ["admin.socket"] = Path.Combine(_disk.Path, "run/admin.sock"),
        };
        if (token is not null)
            flags["nodeTokenFile"] = token;
        return InitRun.Run(
            new InitRun.Request(null, null, "pbkdf2", null, dryRun, output),
            new EdgeKmsSettings(new Dictionary<string, string>(), flags),
            TimeProvider.System,
            streams.Io,
            TestContext.Current.CancellationToken
        );
    }
}
