using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Changes;

/// <summary>
/// Looks at the ring's files for a <see cref="MachineSurvey"/>, with the node token as the only key. It writes nothing, takes no lock
/// of the ring and asks nobody.
/// </summary>
/// <param name="store">Ring and checkpoint.</param>
/// <param name="tokens">The node token.</param>
/// <param name="backups">The configured folder; null where there is none.</param>
/// <param name="audit">Null reads no log.</param>
/// <param name="lockAfterDays"><c>node.lockAfterOfflineDays</c>.</param>
public sealed class Surveyor(
    RingStore store,
    NodeTokenFile tokens,
    BackupFolder? backups,
    AuditLog? audit,
    int lockAfterDays
)
{
    /// <summary>
    /// What the files say. The audit log and the backups are read only where the files don't say by themselves that all is well: a
    /// log has megabytes, and a status is asked for every few seconds.
    /// </summary>
    /// <param name="known">What somebody else knows: paths, the clock, the file system, the serving daemon.</param>
    public MachineSurvey Take(MachineSurvey known)
    {
        try
        {
            return Look(known);
        }
        catch (EdgeKmsException e)
        {
            return known with { Problem = SurveyProblem.Of(e) };
        }
    }

    private MachineSurvey Look(MachineSurvey known)
    {
        var files = store.Survey();
        var newest = files.Generations.FirstOrDefault(g => g.Ring is not null)?.Ring;
        var (key, problem) = newest is null ? (null, null) : Unlock(newest.Header);
        using (key)
        {
            var mark = Mark(files, key);
            if (key is not null && NodeAccess.Refuse(mark.Seen, lockAfterDays, known.Now) is { } locked)
                problem = new SurveyProblem(ErrorCode.NodeLocked, locked);
            var survey = known with
            {
                Generations = [.. files.Generations.Select(g => Generation(g, key, newest, known.Held))],
                Mark = mark,
                Node = new SurveyedNode(tokens.Exists, tokens.FullPath, problem),
                BackupDirectory = backups?.FullPath,
            };
            return survey.IsWhole && survey.UnreadableObjects == 0
                ? survey
                : survey with
                {
                    Audit = audit?.TryFacts(),
                    Backups = backups is null ? [] : Backups(backups, key),
                };
        }
    }

    private (SecretBytes? Key, SurveyProblem? Problem) Unlock(RingHeader ring)
    {
        try
        {
            return (tokens.Unlock(ring), null);
        }
        catch (EdgeKmsException e)
        {
            return (null, SurveyProblem.Of(e));
        }
    }

    private static SurveyedMark Mark(RingSurvey files, SecretBytes? key)
    {
        if (files.CheckpointFile is not { } file)
            return SurveyedMark.None;
        if (files.Checkpoint is not { } mark || key is null)
            return new SurveyedMark(true, files.Checkpoint, Proof.Unknown);
        return new SurveyedMark(true, mark, mark.IsAuthentic(file, key) ? Proof.Proven : Proof.Disproven);
    }

    private static SurveyedGeneration Generation(
        RingSurvey.Generation file,
        SecretBytes? key,
        SealedRing? newest,
        HeldRing? held
    )
    {
        if (file.Ring is not { } ring)
            return new SurveyedGeneration(file.Number, null, null, SurveyProblem.Of(file.Problem!), Proof.Unknown);
        var isNewest = ReferenceEquals(ring, newest);
        // The very bytes that the daemon opened need not be opened again.
        if (isNewest && key is not null && held is not null && ring.Digest.AsSpan().SequenceEqual(held.Digest))
            return new SurveyedGeneration(file.Number, ring.Header, ring.Digest, null, Proof.Proven);
        // An older generation may have another ring key: that says nothing against it.
        if (key is null || (!isNewest && !ring.IsAuthentic(key)))
            return new SurveyedGeneration(file.Number, ring.Header, ring.Digest, null, Proof.Unknown);
        var problem = Disproof(ring, key);
        return new SurveyedGeneration(
            file.Number,
            ring.Header,
            ring.Digest,
            problem is null ? null : new SurveyProblem(ErrorCode.RingDamaged, problem),
            problem is null ? Proof.Proven : Proof.Disproven
        );
    }

    private static string? Disproof(SealedRing ring, SecretBytes key)
    {
        var outcome = ring.Open(key, out var opened);
        if (outcome != RingOutcome.Ok)
        {
            return FormattableString.Invariant(
                $"generation {ring.Header.Generation} is damaged: its {(outcome == RingOutcome.MacFailure ? "header" : "sealed body")} was changed"
            );
        }
        var broken = KeyWrap.FindBroken(opened!);
        opened!.Forget();
        return broken is null
            ? null
            : FormattableString.Invariant(
                $"generation {ring.Header.Generation} is damaged: the key {broken.Id} failed its self-test"
            );
    }

    private static List<SurveyedBackup> Backups(BackupFolder folder, SecretBytes? key) =>
        [
            .. folder
                .ReadAll()
                .Select(b => new SurveyedBackup(
                    b.Path,
                    b.Ring.Header,
                    key is not null && b.Ring.IsAuthentic(key) ? Proof.Proven : Proof.Unknown
                )),
        ];
}
