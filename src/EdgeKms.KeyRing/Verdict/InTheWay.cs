using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// What must get another name before a ring's next generation is written: files whose number nobody authenticated, and another ring's,
/// which would be taken for the newest or be deleted as an old generation.
/// </summary>
public static class InTheWay
{
    /// <summary>Numbers of files.</summary>
    /// <param name="survey">What is known.</param>
    /// <param name="ring">The ring that goes on.</param>
    /// <param name="above">The highest number that is authentic; the next generation is above it.</param>
    public static IReadOnlySet<int> Of(MachineSurvey survey, RingId ring, int above) =>
        survey
            .Generations.Where(g => g.Number > above || (g.Header is { } its && its.Id != ring))
            .Select(g => g.Number)
            .ToHashSet();

    /// <summary>
    /// True where the node token may be another ring's: it may open a backup of that one. Without any file nobody knows, unless a
    /// daemon serves the ring that the token is of.
    /// </summary>
    public static bool IsToken(MachineSurvey survey, RingId ring) =>
        survey.Node.IsThere && (survey.Newest?.Header is { } newest ? newest.Id != ring : survey.Held is null);
}
