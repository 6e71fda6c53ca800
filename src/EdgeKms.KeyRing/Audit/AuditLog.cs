// Purpose:    what happened to the keys, kept so that a change, a gap or another order of its lines is found.
// References: spec/audit-log-v1.md.
// Parameters: JSON lines, each with SHA-256 of the line before it; files of at most 256 KiB, the newest 32 are kept.
// Limits:     not protected: whoever may write the files (root, the daemon's user) can write the whole chain anew, and
//             cutting off its tail is found only by comparing with a head noted elsewhere (AuditMark). A line that the
//             disk lost although its fsync succeeded shows as a broken chain.

using System.Buffers;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Audit;

/// <summary>The audit log of one state directory. Several processes append; each holds the lock for one append.</summary>
/// <param name="directory">Holds <c>audit-00000001.jsonl</c> and so on, and nothing of the key ring.</param>
/// <param name="time">The clock.</param>
public sealed class AuditLog(IStateDirectory directory, TimeProvider time)
{
    /// <summary>The log's directory in the state directory.</summary>
    public const string DirectoryName = "audit";

    public const string LockName = "audit.lock";

    /// <summary>Files that are kept.</summary>
    public const int KeptFiles = 32;

    /// <summary>How long an append or a reader waits for another process.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);

    private readonly Action? _make;

    /// <summary>The clock of the waits for a lock: on disk another process has it, and lives by the real one. Null: the clock of the dates.</summary>
    internal TimeProvider? Patience { private get; init; }

    private AuditLog(IStateDirectory directory, TimeProvider time, Action make)
        : this(directory, time) => _make = make;

    /// <summary>The log's directory, for messages to the administrator.</summary>
    public string Path => directory.Path;

    /// <summary>The log of a state directory on disk; its own directory is made by the first append.</summary>
    public static AuditLog Open(string stateDirectory, TimeProvider time)
    {
        var path = System.IO.Path.Combine(stateDirectory, DirectoryName);
        return new AuditLog(new LinuxDirectory(path), time, () => AuditDirectory.Make(stateDirectory, path))
        {
            Patience = TimeProvider.System,
        };
    }

    /// <summary>
    /// Appends entries and makes them durable. False: they may be missing, since storage refused or another process held
    /// the lock for 2 seconds. It never throws for that: the log never stops a change of the ring.
    /// </summary>
    public bool TryAppend(params ReadOnlySpan<AuditEntry> entries)
    {
        if (entries.IsEmpty)
            return true;
        try
        {
            _make?.Invoke();
            using var held = Lock();
            if (held is null)
                return false;
            Append(entries);
            return true;
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }

    /// <summary>Checks each kept line and the chain, and that <paramref name="noted"/> is still in it.</summary>
    /// <exception cref="EdgeKmsException">The log can't be read: permissions or I/O.</exception>
    public AuditVerdict Verify(AuditMark? noted = null) => AuditChain.Verify(ReadFiles(), noted);

    /// <summary>The newest <paramref name="newest"/> entries, oldest first. The chain isn't checked.</summary>
    /// <exception cref="EdgeKmsException">The log can't be read: permissions or I/O.</exception>
    public AuditExcerpt Read(int newest = int.MaxValue)
    {
        var lines = ReadFiles().SelectMany(f => f.Lines()).Select(l => AuditRecord.TryParse(l.Span)).ToList();
        return new AuditExcerpt([.. lines.OfType<AuditRecord>().TakeLast(newest)], lines.Count(l => l is null));
    }

    /// <summary>
    /// What all kept entries remember, read file by file. The chain isn't checked; lines that can't be read are left out.
    /// </summary>
    /// <param name="upTo">The sequence of the last entry that counts.</param>
    /// <exception cref="EdgeKmsException">The log can't be read: permissions or I/O.</exception>
    public AuditFacts Facts(long upTo = AuditRecord.MaxSequence) =>
        AuditFacts.Gather(OldestFirst().TakeWhile(r => r.Sequence <= upTo));

    /// <summary>As <see cref="Facts"/>; null where the log can't be read.</summary>
    public AuditFacts? TryFacts()
    {
        try
        {
            return Facts();
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }

    /// <summary>
    /// The entries, newest first, read as far as they are asked for. The chain isn't checked; lines that can't be read are left out,
    /// as is half a line that another process is writing.
    /// </summary>
    /// <exception cref="EdgeKmsException">The log can't be read: permissions or I/O.</exception>
    public IEnumerable<AuditRecord> NewestFirst() =>
        AuditFile
            .Numbers(directory.List())
            .AsEnumerable()
            .Reverse()
            .SelectMany(n => ReadFile(n).Lines().Reverse())
            .Select(l => AuditRecord.TryParse(l.Span))
            .OfType<AuditRecord>();

    private IEnumerable<AuditRecord> OldestFirst() =>
        AuditFile
            .Numbers(directory.List())
            .SelectMany(n => ReadFile(n).Lines())
            .Select(l => AuditRecord.TryParse(l.Span))
            .OfType<AuditRecord>();

    private void Append(ReadOnlySpan<AuditEntry> entries)
    {
        var tail = AuditTail.Find(AuditFile.Numbers(directory.List()), ReadFile);
        var now = UtcText.Now(time);
        var pending = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            if (tail.Sequence == AuditRecord.MaxSequence)
                throw new EdgeKmsException(ErrorCode.RingLimit, $"the audit log in {directory.Path} is full");
            var line = new AuditRecord(tail.Sequence + 1, now, entry, tail.Hash).Write();
            if (!tail.IsOpen || tail.Length + line.Length > AuditFile.MaxBytes)
            {
                Flush(tail.File, pending);
                tail = StartNext(tail);
            }
            pending.Write(line);
            tail = tail with
            {
                Length = tail.Length + line.Length,
                Sequence = tail.Sequence + 1,
                Hash = SHA256.HashData(line),
            };
        }
        Flush(tail.File, pending);
        DropOld();
    }

    private AuditTail StartNext(AuditTail tail)
    {
        if (tail.File == AuditFile.MaxNumber)
            throw new EdgeKmsException(ErrorCode.RingLimit, $"the audit log in {directory.Path} is full");
        // An append that failed may have left lines that were never synced. The new file continues from them: a power
        // cut that lost them then would break the chain.
        if (tail.File > 0)
            directory.Sync(AuditFile.NameOf(tail.File));
        directory.Create(AuditFile.NameOf(tail.File + 1));
        return tail with { File = tail.File + 1, Length = 0, IsOpen = true };
    }

    private void Flush(int file, ArrayBufferWriter<byte> pending)
    {
        if (pending.WrittenCount == 0)
            return;
        directory.Append(AuditFile.NameOf(file), pending.WrittenSpan);
        directory.Sync(AuditFile.NameOf(file));
        // Each time and not only for a new file: the append that made it may have failed before this.
        directory.SyncDirectory();
        pending.ResetWrittenCount();
    }

    /// <summary>Removes the oldest files, in their order: a gap would read as a broken chain.</summary>
    private void DropOld()
    {
        try
        {
            foreach (var old in AuditFile.Numbers(directory.List()).SkipLast(KeptFiles))
                directory.Delete(AuditFile.NameOf(old));
        }
        catch (EdgeKmsException)
        {
            // The entries are durable; the next append tries again.
        }
    }

    private List<AuditFile> ReadFiles()
    {
        if (directory.List().Count == 0)
            return [];
        // Without the lock a reader could meet half an append. It reads without it too: a log on a read-only disk, or
        // one whose lock somebody keeps, must stay readable.
        using var held = TryLock();
        return [.. AuditFile.Numbers(directory.List()).Select(ReadFile)];
    }

    private AuditFile ReadFile(int number)
    {
        try
        {
            return new AuditFile(number, directory.Read(AuditFile.NameOf(number), AuditFile.MaxBytes) ?? []);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingLimit)
        {
            return new AuditFile(number, null);
        }
    }

    private IDisposable? TryLock()
    {
        try
        {
            return Lock();
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }

    private IDisposable? Lock()
    {
        var patience = Patience ?? time;
        var start = patience.GetTimestamp();
        while (true)
        {
            if (directory.TryLock(LockName) is { } held)
                return held;
            if (patience.GetElapsedTime(start) >= LockWait)
                return null;
            Task.Delay(LockRetry, patience).GetAwaiter().GetResult();
        }
    }
}
