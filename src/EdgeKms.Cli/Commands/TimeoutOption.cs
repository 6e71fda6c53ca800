using System.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>--timeout</c>: how long a command waits, as a duration of edgekms.json (1s to 1d).</summary>
internal sealed class TimeoutOption : Option<string>
{
    private static readonly TimeSpan s_max = TimeSpan.FromDays(1);

    /// <param name="what">What may take so long, as a sentence.</param>
    /// <param name="usual">The default.</param>
    internal TimeoutOption(string what, string usual)
        : base("--timeout")
    {
        Description = what;
        HelpName = "TIME";
        DefaultValueFactory = _ => usual;
        Validators.Add(result =>
        {
            if (
                !DurationText.TryParse(result.GetValueOrDefault<string>()!, out var time)
                || time <= TimeSpan.Zero
                || time > s_max
            )
                result.AddError("--timeout takes a whole number and a unit, such as 30s or 5m; at most 1d");
        });
    }

    internal TimeSpan Of(ParseResult parsed)
    {
        _ = DurationText.TryParse(parsed.GetRequiredValue(this), out var time);
        return time;
    }
}
