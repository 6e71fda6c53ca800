using System.Globalization;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Rotation;

/// <summary>
/// Whether a KEK may be destroyed (design.md section 6): a pure function of the ring, a scan and the clock. Somebody else asks
/// for the credential and acts.
/// </summary>
public static class DestructionPolicy
{
    /// <summary>A scan counts for an hour.</summary>
    public static readonly TimeSpan EvidenceLife = TimeSpan.FromHours(1);

    /// <summary>
    /// An API server writes under a retired key for up to 3 minutes after its last good Status (kms-plugin-contract.md 2.6); a
    /// scan within ten minutes of the retirement may have been too early.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Null when it may go, else why not: lower case, no full stop.</summary>
    /// <param name="ring">The ring as it is.</param>
    /// <param name="key">One of its keys.</param>
    /// <param name="scan">What a scan of the datastore counted.</param>
    /// <param name="minimumDays"><c>retention.minimumDays</c>.</param>
    /// <param name="now">UTC.</param>
    public static string? Refuse(RingHeader ring, KekEntry key, DestructionScan scan, int minimumDays, DateTime now)
    {
        if (key.State is KekState.Active or KekState.Staged)
            return $"the key {key.Id.Text} is {(key.State == KekState.Active ? "active" : "staged")}: rotate, and re-encrypt first";
        if (key.Retired is not { } retired)
            return $"the key {key.Id.Text} was never active";
        if (scan.RingId != ring.Id.Text)
            return scan.RingId is null
                ? "the scan doesn't say which ring it is of: run it where the daemon answers"
                : "the scan is of another ring";
        if (!scan.IsComplete)
            return "the scan has not counted everything: it takes \"edgekms scan --all\"";
        if (scan.Time > now + s_clockSkew)
            return "the scan is from the future: set the clock";
        if (now - scan.Time > EvidenceLife)
            return "the scan is older than an hour";
        if (scan.Time < retired + Settling)
            return "the scan is from before the key was out of use: make another, ten minutes after the rotation";
        if (scan.Objects > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{scan.Objects} objects are still under the key");
        if (scan.Nameless > 0)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{scan.Nameless} objects don't tell their key (of another plugin's KMS v1, or damaged)"
            );
        var days = (now - retired).TotalDays;
        return days < minimumDays
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the key was retired {Math.Max(0, (int)days)} days ago, and retention.minimumDays is {minimumDays}: backups of the datastore may need it"
            )
            : null;
    }
}
