using System.Net.Sockets;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Makes the selected checks against one plugin, one after the other in the order of their numbers.</summary>
public static class ConformanceRun
{
    /// <summary>Runs the checks. The plugin's socket must accept a connection.</summary>
    /// <exception cref="SocketException">The plugin can't be reached.</exception>
    public static async Task<ConformanceReport> RunAsync(ConformanceOptions options, CancellationToken stop)
    {
        using (await options.Plugin.ConnectAsync(stop)) { }

        var checks = Catalogue.Checks.Where(c => options.Checks.Contains(c.Number)).ToList();
        var results = new List<CheckResult>(checks.Count);
        using var trial = new Trial(
            options,
            text => options.Progress?.Invoke(results.Count + 1, checks.Count, text),
            stop
        );
        foreach (var check in checks)
        {
            trial.Tell($"{check.Number} {check.Title}");
            var start = options.Time.GetTimestamp();
            trial.Reconnect();
            var verdict = await JudgeAsync(check, trial);
            var took = options.Time.GetElapsedTime(start);
            results.Add(CheckResult.From(check, Weigh(check.Level, verdict, options.Strict), verdict.Reason, took));
        }

        return ConformanceReport.From(options, results);
    }

    /// <summary>Only a broken M rule fails a run, unless --strict says that every broken rule does.</summary>
    internal static Outcome Weigh(Level level, Verdict verdict, bool strict) =>
        verdict.Outcome switch
        {
            Outcome.Warn when strict => Outcome.Fail,
            Outcome.Fail when level != Level.Must && !strict => Outcome.Warn,
            var outcome => outcome,
        };

    private static async Task<Verdict> JudgeAsync(Check check, Trial trial)
    {
        try
        {
            return await check.Run(trial);
        }
        catch (RpcException error)
        {
            trial.Stop.ThrowIfCancellationRequested();
            return Verdict.Fail($"{error.StatusCode}: {error.Status.Detail}");
        }
        catch (OperationCanceledException) when (!trial.Stop.IsCancellationRequested)
        {
            return Verdict.Fail("the plugin did not answer in time");
        }
        catch (Exception error) when (error is ConformanceException or IOException or SocketException)
        {
            return Verdict.Fail(error.Message);
        }
    }
}
