using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// What is known of this machine's ring, gathered by somebody else: <see cref="Judge"/> reads no file and asks nobody. A part that
/// was not looked at is null or empty, and nothing follows from it.
/// </summary>
public sealed record MachineSurvey
{
    /// <summary>The state directory's path, for words.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The clock (UTC, whole seconds).</summary>
    public required DateTime Now { get; init; }

    /// <summary>Why the state directory can't be read; null when it can.</summary>
    public SurveyProblem? Problem { get; init; }

    /// <summary>True where the state directory's file system is mounted read-only.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>True where less than 64 KiB are free: no checkpoint can be written, nor a generation.</summary>
    public bool IsFull { get; init; }

    /// <summary>Files of the ring directory that have a generation's name, highest number first.</summary>
    public IReadOnlyList<SurveyedGeneration> Generations { get; init; } = [];

    public required SurveyedMark Mark { get; init; }

    public required SurveyedNode Node { get; init; }

    /// <summary>The ring in the serving daemon's memory; null where no daemon answers, or it has none.</summary>
    public HeldRing? Held { get; init; }

    /// <summary>True where somebody listens on the admin or the KMS socket who does not say whether he holds a ring.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>True where the daemon runs and says that it has no ring: it waits for one.</summary>
    public bool DaemonWaits { get; init; }

    /// <summary>True when the daemon's last self-test failed.</summary>
    public bool SelfTestFailed { get; init; }

    /// <summary><c>backup.directory</c>; null where it is not set.</summary>
    public string? BackupDirectory { get; init; }

    /// <summary>The backups in it that can be read, of whatever ring.</summary>
    public IReadOnlyList<SurveyedBackup> Backups { get; init; } = [];

    /// <summary>Null where the log was not read, or can't be.</summary>
    public AuditFacts? Audit { get; init; }

    /// <summary>A configuration of kube-apiserver on this machine that names our socket; null where none is known.</summary>
    public string? ConfiguredBy { get; init; }

    /// <summary>Objects that the last scan told of as stored under keys of this provider.</summary>
    public long StoredObjects { get; init; }

    /// <summary>Objects that the last scan found under a key which the ring doesn't have.</summary>
    public long UnreadableObjects { get; init; }

    /// <summary>The ids of such keys, as they stand in the objects: those with the most objects first, not all of them.</summary>
    public IReadOnlyList<string> MissingKeys { get; init; } = [];

    /// <summary>The file of the highest number; null where there is none.</summary>
    public SurveyedGeneration? Newest => Generations is [var newest, ..] ? newest : null;

    /// <summary>
    /// True where the files alone say that all is well: the newest generation opens with the node token, and the checkpoint is
    /// authentic and doesn't contradict it. What other places remember can't change that.
    /// </summary>
    public bool IsWhole =>
        Problem is null
        && Newest is { Proof: Proof.Proven } newest
        && Node.Problem is null
        && Mark is { Proof: Proof.Proven, Value: { } mark }
        && Contradiction.Of(newest.Header!, newest.Digest!, mark) is null
        // Beside a daemon that serves another file, only the log knows whether an administrator chose this one.
        && (Held is null || Held.Digest.AsSpan().SequenceEqual(newest.Digest));
}

/// <summary>Why something can't be read.</summary>
/// <param name="Code">What happened.</param>
/// <param name="Text">With the path; lower case, no full stop.</param>
public sealed record SurveyProblem(ErrorCode Code, string Text)
{
    public static SurveyProblem Of(EdgeKmsException e) => new(e.Code, e.Detail ?? e.Code.ToString());
}

/// <summary>What a ring key said of a file.</summary>
public enum Proof
{
    /// <summary>No key at hand is that of the file.</summary>
    Unknown,

    /// <summary>Every byte is authentic.</summary>
    Proven,

    /// <summary>The key opens the slot, but the file was changed since it was written.</summary>
    Disproven,
}

/// <summary>One file of the ring directory.</summary>
/// <param name="Number">From its name.</param>
/// <param name="Header">As the file says; null where it can't be read.</param>
/// <param name="Digest">SHA-256 of the file (32 bytes); null as above.</param>
/// <param name="Problem">Why it can't be read or was disproven; else null.</param>
/// <param name="Proof">Whether it is authentic.</param>
public sealed record SurveyedGeneration(
    int Number,
    RingHeader? Header,
    byte[]? Digest,
    SurveyProblem? Problem,
    Proof Proof
);

/// <summary>The checkpoint.</summary>
/// <param name="IsThere">True where there is a file.</param>
/// <param name="Value">As the file says; null where it can't be parsed.</param>
/// <param name="Proof">Whether the ring key of the newest generation made it.</param>
public sealed record SurveyedMark(bool IsThere, Checkpoint? Value, Proof Proof)
{
    public static SurveyedMark None { get; } = new(false, null, Proof.Unknown);

    /// <summary>The last time seen, where it is authentic.</summary>
    public DateTime? Seen => Proof == Proof.Proven ? Value!.Seen : null;
}

/// <summary>The unattended way in.</summary>
/// <param name="IsThere">True where there is a node token. A successor alone is what an interrupted init leaves.</param>
/// <param name="Path">The node token's file, for words.</param>
/// <param name="Problem">Why it does not open the newest readable generation; null when it does, or there is none.</param>
public sealed record SurveyedNode(bool IsThere, string Path, SurveyProblem? Problem);

/// <summary>A ring in the memory of the serving daemon.</summary>
/// <param name="Header">Authenticated when the daemon opened it; slots may be left out.</param>
/// <param name="Digest">SHA-256 of its file (32 bytes).</param>
public sealed record HeldRing(RingHeader Header, byte[] Digest);

/// <summary>A backup in the folder.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Header">As the file says.</param>
/// <param name="Proof">Whether the ring key at hand made it; one from before a change of the ring key stays unknown.</param>
public sealed record SurveyedBackup(string Path, RingHeader Header, Proof Proof);
