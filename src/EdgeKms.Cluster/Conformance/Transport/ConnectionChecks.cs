namespace EdgeKms.Cluster.Conformance;

/// <summary>Many calls on one connection, several connections, idle connections.</summary>
internal static class ConnectionChecks
{
    private const int Calls = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(65);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            10,
            Level.Must,
            "100 Decrypts at once on one connection succeed and are not mixed up",
            "k/k test/integration/controlplane/transformation: no single-flight for cold reads",
            OneConnectionAsync
        ),
        new(
            11,
            Level.Must,
            "several connections at once are served, also while one of them closes",
            "apiserver encryptionconfig/controller.go: old and new connection during a hot reload",
            SeveralConnectionsAsync
        ),
        new(
            12,
            Level.Should,
            "Status works after 65 s of silence on the connection",
            "apiserver encryptionconfig/config.go: Status every 60 s",
            IdleAsync
        ),
    ];

    private static async Task<Verdict> OneConnectionAsync(Trial trial)
    {
        var samples = new Sample[Calls];
        await trial.ParallelAsync(Calls, 16, async i => samples[i] = await trial.EncryptAsync());
        var right = await Task.WhenAll(samples.Select(trial.RoundTripsAsync));
        var wrong = right.Count(r => !r);
        return (wrong, trial.Client.Connections) switch
        {
            (> 0, _) => Verdict.Fail($"{wrong} of {Calls} concurrent Decrypts returned another plaintext"),
            (_, > 1) => Verdict.Fail($"the plugin closed the connection: {trial.Client.Connections} were needed"),
            _ => Verdict.Pass(),
        };
    }

    private static async Task<Verdict> SeveralConnectionsAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        using var second = trial.Connect();
        using (var third = trial.Connect())
        {
            await Task.WhenAll(trial.Client.StatusAsync(), second.StatusAsync(), third.StatusAsync());
        }

        var plaintexts = await Task.WhenAll(
            trial.Client.DecryptAsync(sample.Request()),
            second.DecryptAsync(sample.Request())
        );
        return plaintexts.All(p => sample.Matches(p))
            ? Verdict.Pass()
            : Verdict.Fail("a Decrypt on one of two connections returned another plaintext");
    }

    private static async Task<Verdict> IdleAsync(Trial trial)
    {
        if (trial.Options.Quick)
        {
            return Verdict.Skip($"takes {Idle.TotalSeconds:0} s; left out by --quick");
        }

        await trial.Client.StatusAsync();
        trial.Tell($"waiting {Idle.TotalSeconds:0} s on an idle connection");
        await trial.PauseAsync(Idle);
        await trial.Client.StatusAsync();
        return Verdict.Pass(
            trial.Client.Connections == 1 ? "" : "the plugin had closed the connection; a new one worked"
        );
    }
}
