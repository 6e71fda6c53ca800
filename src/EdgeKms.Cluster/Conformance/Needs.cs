namespace EdgeKms.Cluster.Conformance;

/// <summary>Wraps checks that can only be made with a command of the person who runs them.</summary>
internal static class Needs
{
    public static Func<Trial, Task<Verdict>> Rotate(Func<Trial, Task<Verdict>> run) =>
        trial => trial.Options.Rotate is null ? Missing("--rotate-command") : run(trial);

    public static Func<Trial, Task<Verdict>> Restart(Func<Trial, Task<Verdict>> run) =>
        trial => trial.Options.Restart is null ? Missing("--restart-command") : run(trial);

    public static Func<Trial, Task<Verdict>> Kill(Func<Trial, Task<Verdict>> run) =>
        trial => trial.Options.Kill is null ? Missing("--kill-command") : Restart(run)(trial);

    private static Task<Verdict> Missing(string flag) => Task.FromResult(Verdict.Skip($"needs {flag}"));
}
