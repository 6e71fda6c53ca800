using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.InForce;

/// <summary>Waits until the API server works with a file and is ready; asks each second.</summary>
/// <param name="api">The API server, which may be restarting.</param>
/// <param name="time">Measures it.</param>
public sealed class InForceWait(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // A probe writes an object.
    private static readonly TimeSpan s_probePause = TimeSpan.FromSeconds(5);

    /// <summary>Never throws for a file that isn't taken; what to do then is the caller's: it knows the file before.</summary>
    /// <param name="put">The file.</param>
    /// <param name="probe">
    /// Writes an object and says whether a provider wrote it that the file before would not have written with; null where that
    /// can't be told. Asked where the metrics can't tell: before Kubernetes 1.34, at most each 5 s. Null: no probe. Give none where the
    /// file before writes with the same provider: it would say true of both.
    /// </param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isThere">False where the file says something else by now, which ends the wait too; null: not looked at.</param>
    public async Task<Taking> WaitAsync(
        ConfigurationPut put,
        Func<CancellationToken, Task<bool?>>? probe,
        TimeSpan limit,
        CancellationToken cancellation,
        Func<bool>? isThere = null
    )
    {
        var start = time.GetTimestamp();
        var refusals = new Refusals(time);
        long? probed = null;
        while (true)
        {
            var sample = await SampleAsync(cancellation);
            var verdict = InForceJudge.Judge(put, sample);
            if (
                probe is not null
                && sample.IsReady
                && verdict is InForceVerdict.NotYet { ProbeTells: true } open
                && (probed is not { } last || time.GetElapsedTime(last) >= s_probePause)
            )
            {
                verdict = await ProbedAsync(open, probe, cancellation);
                probed = time.GetTimestamp();
            }
            var waited = time.GetElapsedTime(start);
            if (
                verdict is InForceVerdict.Taken
                || refusals.IsFinal(verdict, sample)
                || waited >= limit
                || isThere?.Invoke() == false
            )
                return new Taking(verdict, sample, waited);
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    private async Task<InForceSample> SampleAsync(CancellationToken cancellation)
    {
        try
        {
            return await InForceSample.ReadAsync(api, time, cancellation);
        }
        // While it starts it may not know its users' rights yet.
        catch (CommandException e)
        {
            return InForceSample.Down(time, e.Message);
        }
    }

    private static async Task<InForceVerdict> ProbedAsync(
        InForceVerdict.NotYet open,
        Func<CancellationToken, Task<bool?>> probe,
        CancellationToken cancellation
    )
    {
        try
        {
            return await probe(cancellation) switch
            {
                true => new InForceVerdict.Taken(),
                false => open with { Text = open.Text + "; what it writes is still of the provider before" },
                null => open,
            };
        }
        catch (CommandException e)
        {
            return open with { Text = $"{open.Text}; a probe could not be written: {e.Message}" };
        }
    }

    /// <summary>
    /// Ends the wait where a reload fails for good: kube-apiserver tries again by itself (rate limited, and each 60 s), and a provider
    /// that is just starting is well at the next try. So it must have failed for a whole look, and again after it.
    /// </summary>
    private sealed class Refusals(TimeProvider time)
    {
        // The next look comes 60 s after one, give or take a sample's second and the time that a try takes.
        private static readonly TimeSpan s_look = InForceJudge.Look - TimeSpan.FromSeconds(5);

        private (long At, long Failures)? _first;

        internal bool IsFinal(InForceVerdict verdict, InForceSample sample)
        {
            if (verdict is not InForceVerdict.Refused)
            {
                _first = null;
                return false;
            }
            var first = _first ?? (time.GetTimestamp(), sample.Failures);
            var hasLookedAgain = time.GetElapsedTime(first.At) >= s_look;
            if (hasLookedAgain && sample.Failures > first.Failures)
                return true;
            _first = hasLookedAgain ? first : (first.At, sample.Failures);
            return false;
        }
    }
}
