using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Reencrypt;

/// <summary>
/// What <c>edgekms reencrypt</c> prints: steps, the progress as a bar on a terminal and as a line now and then elsewhere, and
/// the result.
/// </summary>
internal sealed class ReencryptOutput(Session session, OutputFormat format) : IDisposable
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_betweenBars = TimeSpan.FromMilliseconds(100);

    private readonly StepLines _steps = StepLines.Of(session, format);
    private readonly RewriteMeter _meter = new(session.Time);
    private readonly bool _hasBar = session.Terminal.Width is not null && format == OutputFormat.Text;
    private readonly Lock _lock = new();
    private readonly ProgressLine _bar = new(
        session.Terminal.Output,
        session.Terminal.Width is not null && format == OutputFormat.Text
    );

    private long _last = session.Time.GetTimestamp();

    internal void Step(string text)
    {
        lock (_lock)
        {
            _bar.Clear();
            _steps.Write(text);
        }
    }

    internal void Progress(RewriteProgress progress)
    {
        lock (_lock)
        {
            var line = _meter.Line(progress, _hasBar);
            if (session.Time.GetElapsedTime(_last) < (_hasBar ? s_betweenBars : s_betweenLines))
                return;
            _last = session.Time.GetTimestamp();
            if (_hasBar)
                _bar.Show(line);
            else
                _steps.Write(line);
        }
    }

    /// <summary>The exit code.</summary>
    internal int Write(string keyId, ReencryptResult result, bool dryRun)
    {
        _bar.Clear();
        var exit = (int)(result.IsGood || dryRun ? ExitCode.Ok : ExitCode.Failed);
        if (format == OutputFormat.Json)
        {
            var report = new ReencryptReport(
                keyId,
                [
                    .. result.Resources.Select(r => new ReencryptedResource(
                        r.Resource,
                        r.Count.Seen,
                        r.Count.Rewritten,
                        r.Count.Fresh,
                        r.Count.Gone,
                        r.Count.Refused
                    )),
                ],
                result.Rewritten,
                result.Left,
                result.Unreadable,
                result.Proof,
                result.Refused,
                dryRun,
                exit
            );
            session.Terminal.Output.WriteLine(JsonSerializer.Serialize(report, ReencryptJson.Default.ReencryptReport));
        }
        else
            WriteText(keyId, result, dryRun);
        return exit;
    }

    /// <summary>Takes the progress away, so that an error begins in the first column.</summary>
    public void Dispose() => _bar.Dispose();

    private void WriteText(string keyId, ReencryptResult result, bool dryRun)
    {
        void Line(string text) => session.Terminal.Output.WriteLine(Printable.Text(text));

        if (dryRun)
        {
            foreach (var (resource, count) in result.Resources)
                Line($"{resource}: {count.Seen} objects" + (result.Left is null ? "" : $", {count.Fresh} fresh"));
            Line(
                result.Left is { } stale
                    ? $"{stale} objects are not under key {keyId}"
                    : "how many are stale is not known"
            );
            if (result.Stored is not null && ScanVerdict.Missing(result.Stored) is { } unreadable)
                Line($"{result.Unreadable} of them {unreadable}");
            Line("nothing was changed (--dry-run)");
            return;
        }
        foreach (var refused in result.Refused)
            Line($"refused: {refused.Resource} {refused.Namespace}/{refused.Name}: {refused.Message}");
        if (result.RefusedCount > result.Refused.Count)
            Line($"refused: {result.RefusedCount - result.Refused.Count} more");
        if (result.Stored?.KmsV1 > 0)
            Line(ScanVerdict.KmsV1);
        if (result.Stored is not null && ScanVerdict.Missing(result.Stored) is { } missing)
            Line(missing);
        Line(Verdict(keyId, result));
        if (result.Unreadable > 0)
            Line(ScanVerdict.LookForTheKey);
    }

    /// <summary>Pure, so that a test shows it for any result.</summary>
    internal static string Verdict(string keyId, ReencryptResult result) =>
        result switch
        {
            { Unreadable: > 0 and var unreadable, Example: { } example } when result.Left == unreadable =>
                $"not done: {unreadable} objects are under a key that this key ring doesn't have: unreadable, such as {example}; "
                    + $"every other object is under key {keyId}",
            { Unreadable: > 0 and var unreadable, Example: { } example } =>
                $"not done: {result.Left} objects are not under key {keyId}, such as {example}; "
                    + $"{unreadable} of them are under a key that this key ring doesn't have: unreadable",
            { IsGood: false, Example: { } example } =>
                $"not done: {result.Left} objects are not under key {keyId}, such as {example}",
            { IsGood: false } => $"not done: {result.RefusedCount} objects were refused",
            { Proof: "datastore" } => $"done: every object is under key {keyId}, as the datastore shows",
            { Proof: "metrics" } => $"done: every object is under key {keyId}, by the API server's metrics",
            _ => $"done: every object was sent; that all are under key {keyId} is not proven: "
                + "neither the datastore nor the API server's metrics can be read",
        };
}
