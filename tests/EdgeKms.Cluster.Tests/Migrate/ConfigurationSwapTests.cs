using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Tests.ApiServer;
using EdgeKms.Cluster.Tests.EncryptionConfig;
using EdgeKms.Cluster.Tests.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>A file on disk, and an API server that takes what is put there, or doesn't.</summary>
public sealed class ConfigurationSwapTests : IDisposable
{
    private static readonly EncryptionFile s_from = ConfigurationLine.File("secrets: aescbc a, identity");
    private static readonly EncryptionFile s_to = ConfigurationLine.File("secrets: aescbc a, kms edgekms, identity");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _steps = [];
    private readonly ConfigurationFile _file;

    public ConfigurationSwapTests() => _file = new ConfigurationFile(_directory.Write("enc.yaml", Text(s_from)));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Put_Taken_Stays()
    {
        await using var cluster = await Play((57, s => s.Loads(57, s_to.Hash)));

        await Swap(cluster).PutAsync(s_from, s_to, Cancellation);

        Assert.Equal(Text(s_to), File.ReadAllText(_file.Path));
        // For a run that was cut off right after the write.
        Assert.Equal(Text(s_from), Text(_file.Previous(s_to)!));
    }

    [Theory]
    [InlineData("never looked at", "everything stays readable")]
    [InlineData("refused", "everything stays readable")]
    [InlineData("down", "the API server has yet to take that: ")]
    public async Task Put_NotTaken_IsPutBackAtOnce(string what, string stays)
    {
        await using var cluster =
            what == "refused" ? await Play((20, s => s.Fails(20)), (90, s => s.Fails(90)))
            : what == "down" ? await Play(second => second > 5 ? null : 200)
            : await Play();

        var e = await Assert.ThrowsAsync<CommandException>(() => Swap(cluster).PutAsync(s_from, s_to, Cancellation));

        Assert.Equal(ExitCode.Unhealthy, e.ExitCode);
        Assert.Contains($"{_file.Path} is as it was before this step, {stays}", e.Message);
        Assert.DoesNotContain("restart it", e.Hint);
        Assert.Equal(Text(s_from), File.ReadAllText(_file.Path));
        Assert.Contains("Configuration: as before, ", string.Join('\n', _steps));
    }

    /// <summary>It may have come up with the new file after all: after a restart nothing is in force of itself.</summary>
    [Fact]
    public async Task Put_NotTakenAfterARestart_IsPutBackAndRestartedAgain()
    {
        var restarts = 0;
        await using var cluster = await Play();
        var swap = Swap(cluster, c => c with { Restart = Restart });

        await Assert.ThrowsAsync<CommandException>(() => swap.PutAsync(s_from, s_to, Cancellation));

        Assert.Equal((2, Text(s_from)), (restarts, File.ReadAllText(_file.Path)));

        Task Restart(CancellationToken cancellation)
        {
            restarts++;
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_EditedByOthersWhileItWaits_StaysAsTheyLeftIt(bool isTaken)
    {
        var theirs = Text(s_to) + "# theirs\n";
        await using var cluster = await Play(
            (
                20,
                s =>
                {
                    File.WriteAllText(_file.Path, theirs);
                    if (isTaken)
                        s.Loads(20, s_to.Hash);
                }
            )
        );

        var e = await Assert.ThrowsAsync<CommandException>(() => Swap(cluster).PutAsync(s_from, s_to, Cancellation));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("was changed by somebody else while the migration was under way", e.Message);
        Assert.Equal(theirs, File.ReadAllText(_file.Path));
        // By the played clock: it is said at once, not when the wait is over.
        Assert.InRange(cluster.Passed, 20, 25);
    }

    [Fact]
    public async Task Await_FileOfARunThatWasCutOff_IsPutBackWhereItIsNotTaken()
    {
        _file.KeepPrevious(s_from, s_to);
        _file.Put(s_from, s_to);
        await using var cluster = await Play();

        var e = await Assert.ThrowsAsync<CommandException>(() =>
            Swap(cluster).AwaitAsync(s_to, mayLackProvider: false, Cancellation)
        );

        Assert.Contains("is as it was before this step", e.Message);
        Assert.Equal(Text(s_from), File.ReadAllText(_file.Path));
    }

    /// <summary>What somebody else put there has no file before it here.</summary>
    [Fact]
    public async Task Await_FileOfOthers_IsNotTouched()
    {
        _file.KeepPrevious(s_from, s_to);
        var theirs = EncryptionFile.Parse(Encoding.UTF8.GetBytes(Text(s_to) + "# theirs\n"), _file.Path);
        File.WriteAllText(_file.Path, Text(theirs));
        await using var cluster = await Play();

        var e = await Assert.ThrowsAsync<CommandException>(() =>
            Swap(cluster).AwaitAsync(theirs, mayLackProvider: false, Cancellation)
        );

        Assert.Contains("was not changed by this run", e.Message);
        Assert.Equal(Text(theirs), File.ReadAllText(_file.Path));
    }

    /// <summary>Whether it reloads, whether the file is mounted, a restart command, the way back; what is refused, empty for nothing.</summary>
    [Theory]
    [InlineData(true, false, false, true, "")]
    [InlineData(null, null, false, true, "")]
    [InlineData(
        false,
        false,
        false,
        true,
        "without --encryption-provider-config-automatic-reload=true: it would not take another file"
    )]
    [InlineData(true, true, false, true, "mounts FILE itself and not its directory")]
    [InlineData(true, true, false, false, "mounts FILE itself and not its directory")]
    [InlineData(false, true, true, true, "")]
    public async Task Refuse_ApiServerThatDoesNotReload_NamesTheRestartCommand(
        bool? reloads,
        bool? isMounted,
        bool hasCommand,
        bool needsSocket,
        string refusal
    )
    {
        await using var cluster = await Play();
        var process = new ApiServerProcess(7, false, _file.Path, true, isMounted, reloads, null, null, null, null);
        var swap = Swap(
            cluster,
            c =>
                c with
                {
                    Search = new ApiServerSearch.Found(process),
                    Restart = hasCommand ? _ => Task.CompletedTask : null,
                }
        );
        if (refusal.Length == 0)
        {
            swap.RefuseWhatCannotWork(needsSocket);
            return;
        }
        var e = Assert.Throws<CommandException>(() => swap.RefuseWhatCannotWork(needsSocket));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains(refusal.Replace("FILE", _file.Path, StringComparison.Ordinal), e.Message);
        Assert.EndsWith("nothing was written", e.Message);
        Assert.Contains("--restart-command COMMAND", e.Hint);
    }

    /// <summary>The way back is open where the socket is what is missing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuse_SocketThatIsNotThere_StopsTheWayThere(bool needsSocket)
    {
        using var machine = new FakeProc();
        var config = machine.File("enc.yaml");
        machine.Add(11, ["kube-apiserver", "--encryption-provider-config=" + config]);
        await using var cluster = await Play();
        var swap = Swap(
            cluster,
            c =>
                c with
                {
                    Search = ApiServerSearch.Run(config, machine.Proc),
                    KmsSocket = machine["run/kms.sock"],
                    Restart = _ => Task.CompletedTask,
                }
        );
        if (!needsSocket)
        {
            swap.RefuseWhatCannotWork(needsSocket: false);
            return;
        }
        var e = Assert.Throws<CommandException>(() => swap.RefuseWhatCannotWork(needsSocket: true));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains($"the API server can't reach {machine["run/kms.sock"]}: ", e.Message);
        Assert.Equal("sudo systemctl start edgekmsd", e.Hint);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Text(EncryptionFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static Task<PlayedCluster> Play(params (double, Action<StandIn>)[] script) => Play(_ => 200, script);

    private static Task<PlayedCluster> Play(Func<double, int?> status, params (double, Action<StandIn>)[] script) =>
        PlayedCluster.Start(new StandIn("v1.36.2").Starts(-600, s_from.Hash), status, script);

    private ConfigurationSwap Swap(PlayedCluster cluster, Func<MigratedCluster, MigratedCluster>? with = null)
    {
        var migrated = new MigratedCluster(cluster.Api, null, null, null, TimeSpan.FromSeconds(120), cluster.Time)
        {
            Search = new ApiServerSearch.CannotTell("only root may know"),
        };
        return new ConfigurationSwap(_file, with?.Invoke(migrated) ?? migrated, _steps.Add);
    }
}
