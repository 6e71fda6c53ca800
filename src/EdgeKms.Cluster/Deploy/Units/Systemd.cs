using EdgeKms.Cluster.Programs;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Units;

/// <summary>systemd, through <c>systemctl</c>.</summary>
/// <param name="time">Measures the limit of 120 s for each call.</param>
public sealed class Systemd(TimeProvider time)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    /// <summary>True where systemd runs this machine (man sd_booted).</summary>
    public static bool IsRunning => Directory.Exists("/run/systemd/system");

    /// <summary>Runs one command to its end.</summary>
    /// <exception cref="CommandException">Exit code 1: it failed; its own words are in the message.</exception>
    public async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var line = "systemctl " + string.Join(' ', arguments);
        var end = await ProgramRun.ToEndAsync("systemctl", arguments, s_limit, time, cancellation);
        if (end.ExitCode == 0)
            return;
        var unit = arguments[^1];
        throw new CommandException(
            ExitCode.Failed,
            $"{line} failed: {end.Said}",
            arguments.Count > 1 ? $"see journalctl -u {unit} -n 50 --no-pager" : "see journalctl -b -n 50 --no-pager"
        );
    }
}
