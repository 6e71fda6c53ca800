using System.Globalization;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

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

    private const string Early =
        "the scan is from before the key was out of use: make another, ten minutes after the rotation";

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
        if (key.Retired is null)
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
        if (scan.ActiveKeyId is { } active)
        {
            if (ring.Keys.FirstOrDefault(k => k.Id.Text == active) is not { } then)
                return "the scan names an active key that this ring doesn't have: make another";
            if (then.Id.Sequence <= key.Id.Sequence)
                return Early;
        }
        if (OutOfUse(ring, key, now) is not { } retired)
            return $"no date of the ring tells when the key was retired ({UtcText.Format(key.Retired.Value)} can't be: the clock was wrong): \"edgekms rotate\" gives it one, then scan again ten minutes later";
        if (scan.Time < retired + Settling)
            return Early;
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
                $"the key is known to be out of use for {(int)days} days, and retention.minimumDays is {minimumDays}: backups of the datastore may need it"
            )
            : null;
    }

    /// <summary>
    /// Since when the key has been out of use for certain; null where no date tells. The order of the ring decides, since a clock may
    /// have been wrong when a date was written: what happened to a later key happened later. So the first date counts that can be
    /// true, from the key's retirement onwards.
    /// </summary>
    /// <remarks>
    /// A date after now can't be true. It says nothing of how long ago the retirement was, so it doesn't count as a recent one either:
    /// a clock that was ten years ahead for a minute would keep the key for ten years. A date before the making of this key or an
    /// older one can't be true: a clock that began at 1970 would make the key look retired for decades. A date too late is safe.
    /// </remarks>
    private static DateTime? OutOfUse(RingHeader ring, KekEntry key, DateTime now)
    {
        var created = ring.Keys.Where(k => k.Id.Sequence <= key.Id.Sequence).Select(k => k.Created);
        var floor = created.Where(d => d <= now).DefaultIfEmpty(DateTime.MinValue).Max();
        var later = ring
            .Keys.Where(k => k.Id.Sequence > key.Id.Sequence)
            .SelectMany(k => new[] { k.Activated, k.Retired });
        return new[] { key.Retired }.Concat(later).Append(ring.Written).FirstOrDefault(d => d >= floor && d <= now);
    }
}
