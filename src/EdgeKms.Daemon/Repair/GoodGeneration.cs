using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.Daemon.Repair;

/// <summary>The newest generation on disk that an administrator's credential opens and whose keys pass their self-test.</summary>
/// <param name="Stored">The ring; its last time seen is set where its ring key made the checkpoint.</param>
/// <param name="Opener">The slot that opened it.</param>
/// <param name="Authentic">Numbers of the files whose header the ring key of an opened slot made, damaged bodies included.</param>
internal sealed record GoodGeneration(StoredRing Stored, KeyRing.Slots.Slot Opener, IReadOnlyList<int> Authentic)
{
    /// <summary>Tries each credential on each file, newest first.</summary>
    /// <exception cref="CommandException">None opens any: says which passphrase would.</exception>
    internal static GoodGeneration Find(RingStore store, AdminCredentials credentials, RepairLog log, IoStreams io)
    {
        var files = store.Survey();
        foreach (var unreadable in files.Generations.Where(g => g.Ring is null))
            log.Found(unreadable.Problem!.Detail!);
        var readable = files.Generations.Where(g => g.Ring is not null).ToList();
        if (readable.Count == 0)
            throw Nothing();
        var newest = readable[0].Ring!.Header;
        var hint = "";
        foreach (var one in credentials.All())
        {
            using var credential = one;
            if (Open(store, files, credential, log) is { } good)
                return good;
            hint = credential.Refused(newest, CredentialTarget.Generation).Hint!;
            if (credentials.AreAsked)
                io.Error.WriteLine($"edgekms: no generation opens with that: {Which(readable)}");
        }
        throw new CommandException(
            ExitCode.Credential,
            "no good generation on this machine opens with that",
            $"where none does, restore a backup (edgekms restore FILE); {hint}"
        );
    }

    private static GoodGeneration? Open(RingStore store, RingSurvey files, AdminCredential credential, RepairLog log)
    {
        var authentic = new List<int>();
        GoodGeneration? good = null;
        foreach (var (number, file, _) in files.Generations)
        {
            if (file is null || good is not null || credential.TryUnlock(file.Header) is not var (slot, ringKey))
                continue;
            if (file.IsAuthentic(ringKey))
                authentic.Add(number);
            try
            {
                var loaded = new LoadedRing(file, files.CheckpointFile, files.Checkpoint);
                var stored = store.Unseal(loaded, ringKey);
                if (KeyWrap.FindBroken(stored.Ring) is not null)
                    continue;
                log.Found(Invariant($"generation {number} opens and is whole"));
                good = new GoodGeneration(stored, slot, authentic);
            }
            catch (EdgeKmsException e)
            {
                log.Found(e.Detail!);
            }
        }
        return good;
    }

    /// <summary>An older generation has the slots of its day.</summary>
    private static string Which(List<RingSurvey.Generation> readable)
    {
        var header = readable[0].Ring!.Header;
        return Invariant(
            $"generation {header.Generation} was written on {UtcText.Format(header.Written)}, and opens with a passphrase of that day or with the recovery code"
        );
    }

    private static CommandException Nothing() =>
        new(
            ExitCode.Damaged,
            "no generation on this machine can be opened",
            "restore the newest backup: edgekms restore FILE"
        );
}
