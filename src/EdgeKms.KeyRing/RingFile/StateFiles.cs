using EdgeKms.KeyRing.Audit;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// The names that EdgeKms makes: in the state directory, in its <c>ring</c> and <c>audit</c>, and of the node token wherever it
/// lies. Whatever else somebody keeps there is none of ours: it is neither judged nor touched.
/// </summary>
public static class StateFiles
{
    public const string RingDirectoryName = "ring";

    /// <summary>The daemon's note of what the last scan counted.</summary>
    public const string LastScanName = "last-scan.json";

    private const string RingPrefix = "ring-";
    private const string AuditPrefix = "audit-";
    private const string AuditSuffix = ".jsonl";

    public static bool IsOfState(string name) =>
        Final(name) is RingStore.CheckpointName or RingStore.WriteLockName or RingStore.ServeLockName or LastScanName;

    public static bool IsOfRing(string name) => Generation(Final(name)) is not null;

    public static bool IsOfAudit(string name) =>
        name == AuditLog.LockName
        || (
            name.Length == AuditPrefix.Length + 8 + AuditSuffix.Length
            && name.StartsWith(AuditPrefix, StringComparison.Ordinal)
            && name.EndsWith(AuditSuffix, StringComparison.Ordinal)
            && name.AsSpan(AuditPrefix.Length, 8).IndexOfAnyExceptInRange('0', '9') < 0
        );

    /// <summary>The token and its successor.</summary>
    /// <param name="name">A name in the token's directory.</param>
    /// <param name="token">The token's own name.</param>
    public static bool IsOfToken(string name, string token) =>
        Final(name) is var final && (final == token || final == token + ".next");

    /// <summary>The number in the name of a generation's file; null for any other name.</summary>
    public static int? Generation(string name) =>
        name.Length == RingPrefix.Length + 8
        && name.StartsWith(RingPrefix, StringComparison.Ordinal)
        && name.AsSpan(RingPrefix.Length).IndexOfAnyExceptInRange('0', '9') < 0
        && int.Parse(name.AsSpan(RingPrefix.Length), provider: null) is > 0 and var number
            ? number
            : null;

    /// <summary>The name that a temporary file is for, or that a file had before a repair moved it aside.</summary>
    private static string Final(string name)
    {
        if (name.StartsWith(AtomicWrite.TemporaryPrefix, StringComparison.Ordinal))
            return name[AtomicWrite.TemporaryPrefix.Length..];
        var at = name.LastIndexOf(Aside.Mark, StringComparison.Ordinal);
        return at > 0 && name.AsSpan(at + Aside.Mark.Length).IndexOfAnyExceptInRange('0', '9') < 0 ? name[..at] : name;
    }
}
