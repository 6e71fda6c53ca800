using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Survey;

/// <summary>What a command knows of this machine: the files, the file system, and what the daemon says of itself.</summary>
internal static class LocalSurvey
{
    /// <summary>Below this no checkpoint can be written, and no generation of more than a few keys.</summary>
    internal const long Room = 65_536;

    /// <summary>Asks the daemon and looks at the files.</summary>
    internal static MachineSurvey Take(EdgeKmsSettings settings, TimeProvider time) =>
        Take(settings, time, AdminCall.Status(settings.AdminSocket));

    /// <param name="settings">Where everything is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="daemon">What the daemon said; null when none answered.</param>
    internal static MachineSurvey Take(EdgeKmsSettings settings, TimeProvider time, StatusReport? daemon)
    {
        var held = Held(daemon);
        return Take(
            settings,
            new RingFiles(settings, time),
            Known(settings, time) with
            {
                Held = held,
                IsAnswered =
                    daemon is null && (Listeners.Has(settings.KmsSocket) || Listeners.Has(settings.AdminSocket)),
                DaemonWaits = daemon is not null && held is null,
                SelfTestFailed = daemon?.SelfTest is { Passed: false },
                UnreadableObjects = daemon?.Objects?.Unreadable ?? 0,
                MissingKeys = daemon?.Objects?.UnreadableKeys ?? [],
                StoredObjects = Stored(daemon?.LastScan ?? new LastScanFile(settings.StateDirectory).TryRead()),
                ConfiguredBy = ApiServerFiles.Naming(settings.KmsSocket, ApiServerFiles.Known),
            }
        );
    }

    private static long Stored(LastScanReport? scan) => scan is null ? 0 : scan.Active + scan.Stale + scan.KmsV1;

    /// <summary>What is known without looking at the ring.</summary>
    internal static MachineSurvey Known(EdgeKmsSettings settings, TimeProvider time)
    {
        var place = FileSystemFacts.Of(settings.StateDirectory);
        return new MachineSurvey
        {
            StateDirectory = settings.StateDirectory,
            Now = UtcText.Now(time),
            IsReadOnly = place is { IsReadOnly: true },
            IsFull = place is { FreeBytes: < Room } or { FreeInodes: < 4 },
            Mark = SurveyedMark.None,
            Node = new SurveyedNode(false, settings.NodeTokenFile, null),
        };
    }

    internal static MachineSurvey Take(EdgeKmsSettings settings, RingFiles files, MachineSurvey known) =>
        files.Surveyor(settings.LockAfterOfflineDays).Take(known);

    /// <summary>The ring that a daemon says it serves, by its status; null where it has none.</summary>
    internal static HeldRing? Held(StatusReport? daemon)
    {
        if (daemon is not { State: "unsealed", Ring: { } ring } || RingId.TryParse(ring.Id) is not { } id)
            return null;
        var keys = new List<KekEntry>();
        foreach (var key in ring.Keys)
        {
            if (KeyId.TryParse(key.Id) is not { } keyId)
                return null;
            DateTime? destroyed = key.State == "destroyed" ? key.Retired ?? key.Created : null;
            keys.Add(new KekEntry(keyId, key.Created, key.Activated, key.Retired, destroyed));
        }
        return keys.Count(k => k.State == KekState.Active) == 1 && ring.Digest.Length == 64
            ? new HeldRing(
                new RingHeader(id, (int)ring.Generation, null, ring.Written, keys, []),
                Convert.FromHexString(ring.Digest)
            )
            : null;
    }
}
