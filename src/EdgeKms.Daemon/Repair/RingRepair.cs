using System.Globalization;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Repair;

/// <summary>
/// Mends what <see cref="Diagnostician"/> found, under the write lock. It never carries on from a ring that lacks the key
/// that this machine used last, unless an administrator says so and why.
/// </summary>
/// <param name="files">The ring.</param>
/// <param name="log">Findings, plan, actions.</param>
/// <param name="credential">Reads passphrase or code when they are needed.</param>
/// <param name="acceptRollback">The administrator's reason; null where none was given.</param>
/// <param name="io">Where it warns.</param>
internal sealed class RingRepair(
    RingFiles files,
    RepairLog log,
    Func<AdminCredential> credential,
    string? acceptRollback,
    IoStreams io
)
{
    /// <summary>The plan, one line a step; refuses what needs a decision that was not made.</summary>
    internal void Plan(Diagnosis diagnosis)
    {
        switch (diagnosis.Ailment)
        {
            case Ailment.Checkpoint:
                log.Plan("write a new checkpoint");
                break;
            case Ailment.Token:
                log.Plan("ask for the passphrase or the recovery code, and make a new node slot and token");
                break;
            case Ailment.NewestDamaged:
                log.Plan("ask for the passphrase or the recovery code");
                log.Plan("carry on from the newest good generation that holds the key which was used last");
                break;
            case Ailment.RolledBack or Ailment.OtherRing when acceptRollback is null:
                throw NeedsReason(diagnosis.Survey, diagnosis.Text);
            case Ailment.RolledBack or Ailment.OtherRing:
                log.Plan("ask for the passphrase or the recovery code");
                log.Plan("carry on from the newest good generation, with a new key and a new checkpoint");
                break;
        }
    }

    /// <summary>Carries the plan out.</summary>
    /// <returns>The generation that was made; null where the newest one stays.</returns>
    internal ChangedRing? Mend(Diagnosis diagnosis)
    {
        switch (diagnosis.Ailment)
        {
            case Ailment.None:
                files.Tokens.Settle(diagnosis.Opened!.Ring.Header); // what a power cut left of a change
                return null;
            case Ailment.Checkpoint:
                files.Store.MarkSeen(diagnosis.Opened!);
                log.Done("wrote a new checkpoint");
                files.Record(io, AuditEvent.Repaired, diagnosis.Opened!.Ring.Header, diagnosis.Text);
                return null;
            case Ailment.Token:
                return ReplaceToken(diagnosis);
            default:
                using (var administrator = credential())
                    return CarryOn(diagnosis.Survey, administrator);
        }
    }

    private ChangedRing ReplaceToken(Diagnosis diagnosis)
    {
        var (survey, newest) = (diagnosis.Survey, diagnosis.Survey.Generations[0].Ring!);
        using var administrator = credential();
        var loaded = new LoadedRing(newest, survey.CheckpointFile, survey.Checkpoint);
        var ringKey = administrator.Unlock(newest.Header).RingKey;
        StoredRing stored;
        try
        {
            stored = files.Store.Unseal(loaded, ringKey);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            log.Found(e.Detail!);
            log.Plan("carry on from the newest good generation that holds the key which was used last");
            return CarryOn(survey, administrator);
        }
        if (files.Tokens.Exists)
            log.Done($"kept the old token as {files.Tokens.MoveAside()}");
        var changed = files.Writer.ReplaceToken(stored);
        log.Done(Made(changed, "with a new node slot"));
        files.Record(io, AuditEvent.Repaired, changed.Stored.Ring.Header, diagnosis.Text);
        log.Done($"wrote the node token {files.Tokens.FullPath}");
        return changed;
    }

    private ChangedRing CarryOn(RingSurvey survey, AdminCredential administrator)
    {
        if (NewestGood(survey, administrator) is not { } good)
        {
            throw new CommandException(
                ExitCode.Damaged,
                "no generation on this machine can be opened",
                "restore the newest backup: edgekms restore FILE"
            );
        }
        var number = good.Ring.Header.Generation;
        // An authentic checkpoint tells which key was used last. Any other tells nothing, so nobody knows.
        var mark = good.Seen is null ? null : survey.Checkpoint;
        if (mark is null && acceptRollback is null)
        {
            throw NeedsReason(
                survey,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"generation {number} is good, but no checkpoint of this ring says whether it holds the key that was used last"
                )
            );
        }
        if (mark is not null && good.Ring.Locate(mark.Active.Text) < 0 && acceptRollback is null)
        {
            throw NeedsReason(
                survey,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the newest good generation is {number}, and it lacks {mark.Active}, the key that was used last"
                )
            );
        }
        var highest = Math.Max(survey.Highest, mark?.Generation ?? 0);
        var changed = acceptRollback is null
            ? files.Writer.ReplaceToken(good, highest)
            : files.Writer.Rotate(good, highest);
        log.Done(
            Made(
                changed,
                string.Create(CultureInfo.InvariantCulture, $"from generation {number}, with a new node slot")
            )
        );
        if (acceptRollback is not null)
        {
            log.Done($"made {changed.Stored.Ring.Active.Id} active");
            files.Record(io, AuditEvent.RollbackAccepted, changed.Stored.Ring.Header, acceptRollback);
        }
        files.Record(
            io,
            AuditEvent.Repaired,
            changed.Stored.Ring.Header,
            string.Create(CultureInfo.InvariantCulture, $"carried on from generation {number}")
        );
        log.Done($"wrote the node token {files.Tokens.FullPath} and a new checkpoint");
        return changed;
    }

    private StoredRing? NewestGood(RingSurvey survey, AdminCredential administrator)
    {
        foreach (var (number, file, problem) in survey.Generations)
        {
            if (file is null)
            {
                log.Found(problem!.Detail!);
                continue;
            }
            var loaded = new LoadedRing(file, survey.CheckpointFile, survey.Checkpoint);
            try
            {
                if (administrator.TryUnlock(file.Header) is not var (_, ringKey))
                    continue;
                var stored = files.Store.Unseal(loaded, ringKey);
                if (KeyWrap.FindBroken(stored.Ring) is not null)
                    continue;
                log.Found(string.Create(CultureInfo.InvariantCulture, $"generation {number} opens and is whole"));
                return stored;
            }
            catch (EdgeKmsException e)
            {
                log.Found(e.Detail!);
            }
        }
        return null;
    }

    private static string Made(ChangedRing changed, string how) =>
        string.Create(CultureInfo.InvariantCulture, $"made generation {changed.Stored.Ring.Header.Generation} {how}");

    private CommandException NeedsReason(RingSurvey survey, string what)
    {
        var backup = NewestBackup(survey);
        return new CommandException(
            ExitCode.Damaged,
            what,
            (backup is null ? "put the newer ring or a backup back" : $"restore it: edgekms restore {backup}")
                + "; only where there is none: edgekms repair --accept-rollback REASON"
        );
    }

    private string? NewestBackup(RingSurvey survey)
    {
        try
        {
            var ring = survey.Generations.Select(g => g.Ring).FirstOrDefault(r => r is not null);
            return ring is not null && files.Backups?.List(ring.Header.Id) is [.., var newest]
                ? Path.Combine(files.Backups.FullPath, newest)
                : null;
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }
}
