using EdgeKms.KeyRing.Ring;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>A generation that an administrator's credential opened and whose keys passed their self-test.</summary>
/// <param name="Header">Authentic.</param>
/// <param name="IsMarkProven">True where its ring key made the checkpoint.</param>
public sealed record OpenedGeneration(RingHeader Header, bool IsMarkProven);

/// <summary>
/// Which generation is carried on from, what the next one stands above, and whether that may be without a reason: never behind the
/// key that this machine used last.
/// </summary>
/// <param name="Refusal">Why an administrator must say that he accepts it; null where nothing is lost.</param>
/// <param name="Above">The highest number that is authentic: the next generation is above it.</param>
public sealed record CarryOn(string? Refusal, int Above)
{
    /// <param name="good">The newest generation that opens and is whole.</param>
    /// <param name="survey">What is known.</param>
    /// <param name="authentic">Numbers of the files whose header the same or another opened ring key made.</param>
    public static CarryOn From(OpenedGeneration good, MachineSurvey survey, IEnumerable<int> authentic)
    {
        var mark = good.IsMarkProven ? survey.Mark.Value : null;
        var held = survey.Held is { } memory && memory.Header.Id == good.Header.Id ? memory.Header.Generation : 0;
        var above = authentic.Append(good.Header.Generation).Append(mark?.Generation ?? 0).Append(held).Max();
        return new CarryOn(Loss(good.Header, survey, mark?.Active), above);
    }

    private static string? Loss(RingHeader good, MachineSurvey survey, KeyId? marked)
    {
        var told = survey.Audit?.Of(good.Id)?.LastCreated;
        if (marked is null)
        {
            return Invariant(
                $"generation {good.Generation} is good, but no checkpoint of this ring says whether it has the key that was used last"
            );
        }
        return new[] { marked, told }.FirstOrDefault(k => k is not null && !BackupChoice.Has(good, k)) is { } lacks
            ? Invariant(
                $"the newest good generation is {good.Generation}, and it lacks {lacks}, the key that was used last"
            )
            : null;
    }
}
