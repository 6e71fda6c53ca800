using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Tests.EncryptionConfig;
using EdgeKms.Cluster.Tests.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>A person's command restarts the API server, or fails.</summary>
public sealed class RestartCommandTests : IDisposable
{
    private static readonly EncryptionFile s_from = ConfigurationLine.File("secrets: aescbc a, identity");
    private static readonly EncryptionFile s_to = ConfigurationLine.File("secrets: aescbc a, kms edgekms, identity");

    private readonly TemporaryDirectory _directory = new();
    private readonly ConfigurationFile _file;
    private readonly StandIn _server = new StandIn("v1.36.2").Starts(-600, s_from.Hash);
    private int _restarts;

    public RestartCommandTests() => _file = new ConfigurationFile(_directory.Write("enc.yaml", Text(s_from)));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Put_CommandThatFails_IsPutBackWithItsReason()
    {
        await using var cluster = await Play();
        var swap = Swap(cluster, () => throw Failed());

        var e = await Assert.ThrowsAsync<CommandException>(() => swap.PutAsync(s_from, s_to, Cancellation));

        Assert.Equal((ExitCode.Unhealthy, 2), (e.ExitCode, _restarts));
        Assert.StartsWith("the command ended with code 1; ", e.Message);
        Assert.EndsWith("is as it was before this step, everything stays readable", e.Message);
        Assert.Equal("mend it and run the same command again", e.Hint);
        Assert.Equal(Text(s_from), File.ReadAllText(_file.Path));
    }

    [Fact]
    public async Task Put_CommandThatFailsAndRestartsAllTheSame_GoesOn()
    {
        await using var cluster = await Play();
        var swap = Swap(
            cluster,
            () =>
            {
                _server.Starts(1, s_to.Hash);
                throw Failed();
            }
        );

        await swap.PutAsync(s_from, s_to, Cancellation);

        Assert.Equal((1, Text(s_to)), (_restarts, File.ReadAllText(_file.Path)));
    }

    /// <summary>A run that was cut off between the write and the restart.</summary>
    [Fact]
    public async Task Await_FileThatIsNotInForce_IsRestartedFor()
    {
        _file.Put(s_from, s_to);
        await using var cluster = await Play();

        await Swap(cluster, () => _server.Starts(1, s_to.Hash)).AwaitAsync(s_to, mayLackProvider: false, Cancellation);

        Assert.Equal((1, Text(s_to)), (_restarts, File.ReadAllText(_file.Path)));
    }

    /// <summary>What an API server without its provider has in memory may be all that reads: it is not restarted.</summary>
    [Theory]
    [InlineData(null, false, true)]
    [InlineData("kms-providers", false, false)]
    [InlineData("kms-providers", true, true)]
    [InlineData("etcd", true, false)]
    public async Task Await_FileInForce_RestartsNothing(string? failing, bool mayLackProvider, bool isEnough)
    {
        _server.Failing = failing;
        await using var cluster = await Play();
        var waiting = Swap(cluster, () => { }).AwaitAsync(s_from, mayLackProvider, Cancellation);

        if (isEnough)
            await waiting;
        else
            Assert.Equal(ExitCode.Unhealthy, (await Assert.ThrowsAsync<CommandException>(() => waiting)).ExitCode);

        Assert.Equal((0, Text(s_from)), (_restarts, File.ReadAllText(_file.Path)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static CommandException Failed() =>
        new(ExitCode.Failed, "the command ended with code 1", "mend it and run the same command again");

    private static string Text(EncryptionFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private Task<PlayedCluster> Play() => PlayedCluster.Start(_server, _ => 200);

    private ConfigurationSwap Swap(PlayedCluster cluster, Action restart) =>
        new(
            _file,
            new MigratedCluster(
                cluster.Api,
                null,
                null,
                _ =>
                {
                    _restarts++;
                    restart();
                    return Task.CompletedTask;
                },
                TimeSpan.FromSeconds(120),
                cluster.Time
            )
            {
                Search = new ApiServerSearch.CannotTell("only root may know"),
            },
            _ => { }
        );
}
