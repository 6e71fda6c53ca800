namespace EdgeKms.Cli.Report;

/// <summary>How a part of the report turned out, and the whole.</summary>
internal static class ReportOutcome
{
    internal const string Ok = "ok";
    internal const string NotChecked = "not-checked";
    internal const string Attention = "attention";
    internal const string Problem = "problem";

    private static readonly string[] s_ascending = [Ok, NotChecked, Attention, Problem];

    internal static string Worst(IEnumerable<string> outcomes) =>
        outcomes.MaxBy(o => Array.IndexOf(s_ascending, o)) ?? NotChecked;

    /// <summary>For people: colour alone says nothing.</summary>
    internal static string Word(string outcome) =>
        outcome switch
        {
            Ok => "OK",
            Attention => "Attention",
            Problem => "Problem",
            _ => "Not checked",
        };
}
