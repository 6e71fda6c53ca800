using System.Globalization;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Repair;

/// <summary>Finds what ails a ring, from its files and the node token alone; changes nothing.</summary>
internal static class Diagnostician
{
    /// <exception cref="EdgeKmsException">What repair can't mend: RingMissing, RingLost, RingUnsupportedVersion, I/O.</exception>
    internal static Diagnosis Examine(RingFiles files)
    {
        var survey = files.Store.Survey();
        if (survey.Generations is not [var newest, ..])
        {
            files.Store.Load(); // says which of the two
            throw new EdgeKmsException(ErrorCode.RingMissing);
        }
        if (newest.Ring is null)
        {
            return newest.Problem!.Code is ErrorCode.RingDamaged or ErrorCode.RingLimit
                ? new Diagnosis(Ailment.NewestDamaged, newest.Problem.Detail!, survey, null)
                : throw newest.Problem;
        }
        var byToken = ByToken(files, survey, newest.Ring);
        // A checkpoint that contradicts the ring, but isn't authentic, was damaged: it tells nothing. Where the token does
        // not open the ring nobody knows that yet.
        var isDamaged = byToken is { Opened: not null, Ailment: Ailment.Checkpoint };
        return !isDamaged && Contradiction(newest.Ring, survey.Checkpoint) is var (ailment, text)
            ? new Diagnosis(ailment, text, survey, null)
            : byToken;
    }

    /// <summary>What the checkpoint says against the newest generation; null when nothing.</summary>
    internal static (Ailment, string)? Contradiction(SealedRing newest, Checkpoint? mark)
    {
        if (mark is null)
            return null;
        if (mark.Ring != newest.Header.Id)
            return (Ailment.OtherRing, $"the checkpoint is that of the ring {mark.Ring}, not of {newest.Header.Id}");
        var generation = newest.Header.Generation;
        if (generation < mark.Generation)
        {
            return (
                Ailment.RolledBack,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the newest generation is {generation}, but this machine has used {mark.Generation}"
                )
            );
        }
        return generation == mark.Generation && !mark.Digest.AsSpan().SequenceEqual(newest.Digest)
            ? (
                Ailment.NewestDamaged,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"generation {generation} is damaged, or another file than the one that was used"
                )
            )
            : null;
    }

    private static Diagnosis ByToken(RingFiles files, RingSurvey survey, SealedRing newest)
    {
        var loaded = new LoadedRing(newest, survey.CheckpointFile, survey.Checkpoint);
        try
        {
            var stored = files.OpenUnattended(loaded);
            return stored.CheckpointIsWhole
                ? new Diagnosis(Ailment.None, "the node token opens it", survey, stored)
                : new Diagnosis(
                    Ailment.Checkpoint,
                    survey.CheckpointFile is null ? "the checkpoint is missing" : "the checkpoint is damaged",
                    survey,
                    stored
                );
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            return new Diagnosis(Ailment.Token, e.Detail!, survey, null);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            return new Diagnosis(Ailment.NewestDamaged, e.Detail!, survey, null);
        }
    }
}
