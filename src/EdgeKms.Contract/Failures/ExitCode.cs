namespace EdgeKms.Contract.Failures;

/// <summary>Exit codes of both programs; documented in docs/reference/command-line.md, never renumbered.</summary>
public enum ExitCode
{
    /// <summary>Done; for <c>status</c>: unsealed and healthy.</summary>
    Ok = 0,

    /// <summary>Something failed that no other code names.</summary>
    Failed = 1,

    /// <summary>The command line or edgekms.json is wrong; nothing was done.</summary>
    Usage = 2,

    /// <summary>Refused because it would overwrite or lose something.</summary>
    Refused = 3,

    /// <summary>Wrong passphrase, recovery code or node token.</summary>
    Credential = 4,

    /// <summary>The key ring is sealed: there is a ring, but nothing at hand opens it.</summary>
    Sealed = 5,

    /// <summary>There is no key ring.</summary>
    NoRing = 6,

    /// <summary>The key ring or a file beside it is damaged, or older than it was; or it lacks a key that stored objects need.</summary>
    Damaged = 7,

    /// <summary>The operating system refused: disk full, read-only, I/O error.</summary>
    Io = 8,

    /// <summary>Wrong owner or mode, or the caller isn't an administrator.</summary>
    Permission = 9,

    /// <summary>Someone else is changing or serving this key ring.</summary>
    Busy = 10,

    /// <summary>The daemon, the API server or the datastore does not run or does not answer.</summary>
    Unreachable = 11,

    /// <summary>The file was written by a newer EdgeKms.</summary>
    Upgrade = 12,

    /// <summary>
    /// The daemon serves, but its self-test failed; for <c>verify</c>: a check failed; for <c>audit-log verify</c>: the log does not
    /// cover the ring.
    /// </summary>
    Unhealthy = 13,
}
