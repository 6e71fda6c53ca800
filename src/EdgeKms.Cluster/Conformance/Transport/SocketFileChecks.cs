namespace EdgeKms.Cluster.Conformance;

/// <summary>The socket in the file system.</summary>
internal static class SocketFileChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            17,
            Level.Project,
            "the plugin starts although a killed one left its socket behind",
            "operations: a stale socket file must not need a hand",
            Needs.Kill(StaleSocketAsync)
        ),
        new(
            18,
            Level.Project,
            "other users can't reach the socket",
            "Kubernetes documentation: abstract sockets lack access control; only administrators need it",
            trial => Task.FromResult(Reachable(trial))
        ),
    ];

    private static async Task<Verdict> StaleSocketAsync(Trial trial)
    {
        await trial.Options.Kill!(trial.Stop);
        var left = !trial.Options.Plugin.IsAbstract && File.Exists(trial.Options.Plugin.Text);
        await trial.RestartAsync();
        return Verdict.Pass(left ? "the socket file was left behind" : "nothing was left behind");
    }

    private static Verdict Reachable(Trial trial)
    {
        var address = trial.Options.Plugin;
        if (OperatingSystem.IsWindows())
        {
            return Verdict.Skip("needs file modes");
        }

        if (address.IsAbstract)
        {
            return Verdict.Fail("an abstract socket is open to every user of its network namespace");
        }

        // connect(2) wants write permission on the socket and search permission on every folder above it.
        var open = File.GetUnixFileMode(address.Text).HasFlag(UnixFileMode.OtherWrite);
        for (
            var folder = Path.GetDirectoryName(address.Text);
            open && folder is not null;
            folder = Path.GetDirectoryName(folder)
        )
        {
            open = File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute);
        }

        return open
            ? Verdict.Fail("every user may connect: mode of the socket and of the folders above it")
            : Verdict.Pass();
    }
}
