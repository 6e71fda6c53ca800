using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>
/// The page says of each case what the verdict says in the situations of <see cref="JudgeTests"/>: each answer has a row, and no row
/// has another answer.
/// </summary>
public sealed class FailureModesPageTests
{
    public static TheoryData<RingCase> Cases => [.. Enum.GetValues<RingCase>()];

    [Theory, MemberData(nameof(Cases))]
    public void Page_OfEachCase_SaysWhatTheVerdictSays(RingCase which)
    {
        var judged = JudgeTests
            .Situations.Select(s => Judge.Of(s.Survey))
            .Where(v => v.Case == which)
            .Select(v => (Stops: (bool?)v.StopsApiServer, Loses: (bool?)v.CanLoseData));
        var written = FailureModesPage
            .Rows.Where(r => r.Case.Replace("-", "").Equals($"{which}", StringComparison.OrdinalIgnoreCase))
            .Select(r => (FailureModesPage.Row.Answer(r.Stops), FailureModesPage.Row.Answer(r.Loses)));

        Assert.Equal(judged.Distinct().Order(), written.Distinct().Order());
    }
}
