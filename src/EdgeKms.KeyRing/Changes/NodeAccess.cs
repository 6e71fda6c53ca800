using System.Globalization;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Changes;

/// <summary>The unattended way into the ring: the node token, unless the machine was off for longer than allowed.</summary>
public static class NodeAccess
{
    /// <summary>Unlocks and unseals.</summary>
    /// <param name="store">Where the ring is.</param>
    /// <param name="loaded">What <see cref="RingStore.Load"/> found.</param>
    /// <param name="tokens">Where the node token is.</param>
    /// <param name="lockAfterDays">Days since the checkpoint's last time seen after which the token is refused; 0 is
    /// never. Without an authentic checkpoint nobody knows how long it was: refused.</param>
    /// <param name="now">The clock. One that went backwards refuses nothing.</param>
    /// <exception cref="EdgeKmsException">As <see cref="RingUnlock.ByToken"/>, <see cref="ErrorCode.NodeLocked"/>, or
    /// <see cref="ErrorCode.RingDamaged"/>.</exception>
    public static StoredRing Open(
        RingStore store,
        LoadedRing loaded,
        NodeTokenFile tokens,
        int lockAfterDays,
        DateTime now
    )
    {
        var stored = store.Unseal(loaded, tokens.Unlock(loaded.Header));
        return Refuse(stored.Seen, lockAfterDays, now) is { } why
            ? throw new EdgeKmsException(ErrorCode.NodeLocked, why)
            : stored;
    }

    /// <summary>Why the token is refused although it fits; null where it is not.</summary>
    /// <param name="seen">The authentic checkpoint's last time seen; null without one.</param>
    /// <param name="lockAfterDays">As in <see cref="Open"/>.</param>
    /// <param name="now">The clock.</param>
    public static string? Refuse(DateTime? seen, int lockAfterDays, DateTime now)
    {
        if (lockAfterDays == 0)
            return null;
        if (seen is not { } last)
            return "the checkpoint is missing or damaged, so nobody knows how long this machine was off";
        return now - last <= TimeSpan.FromDays(lockAfterDays)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"this machine was off for {(int)(now - last).TotalDays} days, and node.lockAfterOfflineDays is {lockAfterDays}"
            );
    }
}
