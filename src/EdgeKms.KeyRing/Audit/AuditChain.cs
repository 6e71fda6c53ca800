using System.Globalization;
using System.Security.Cryptography;

namespace EdgeKms.KeyRing.Audit;

/// <summary>Walks the kept files from the first line and stops at the first break.</summary>
internal sealed class AuditChain
{
    private readonly List<string> _tornTails = [];
    private long _entries;
    private long _first;
    private long _last;
    private byte[] _hash = new byte[AuditRecord.HashSize];
    private bool _wasNotedSeen;

    private AuditChain() { }

    /// <summary>The verdict on these files, ascending.</summary>
    internal static AuditVerdict Verify(IReadOnlyList<AuditFile> files, AuditMark? noted)
    {
        var chain = new AuditChain();
        var broken = MissingFile(files) ?? chain.Walk(files, noted) ?? chain.MissingMark(noted);
        var head = chain._entries == 0 ? null : new AuditMark(chain._last, Convert.ToHexStringLower(chain._hash));
        return new AuditVerdict(chain._entries, chain._first, head, chain._tornTails, broken);
    }

    private static AuditBreak? MissingFile(IReadOnlyList<AuditFile> files)
    {
        for (var i = 1; i < files.Count; i++)
        {
            if (files[i].Number != files[i - 1].Number + 1)
                return new AuditBreak(files[i].Name, null, $"{AuditFile.NameOf(files[i].Number - 1)} is missing");
        }
        // Files go only when there are more than are kept.
        return files is [{ Number: > 1 } first, ..] && files.Count < AuditLog.KeptFiles
            ? new AuditBreak(first.Name, null, $"{AuditFile.NameOf(first.Number - 1)} is missing")
            : null;
    }

    private AuditBreak? Walk(IReadOnlyList<AuditFile> files, AuditMark? noted)
    {
        foreach (var file in files)
        {
            if (file.Content is null)
                return new AuditBreak(file.Name, null, $"it is larger than {AuditFile.MaxBytes} bytes");
            var number = 0;
            foreach (var line in file.Lines())
            {
                number++;
                if (Take(line.Span, isWhole: files[0].Number == 1) is { } reason)
                    return new AuditBreak(file.Name, number, reason);
                if (noted?.Sequence != _last)
                    continue;
                _wasNotedSeen = true;
                if (noted.Hash != Convert.ToHexStringLower(_hash))
                    return new AuditBreak(file.Name, number, "it has another hash than the one noted");
            }
            if (file.HasTornTail)
                _tornTails.Add(file.Name);
        }
        return null;
    }

    /// <summary>Goes on to the next line; the reason when it doesn't continue the chain.</summary>
    /// <param name="line">With its newline.</param>
    /// <param name="isWhole">The first file of all is kept, so the first line must be there.</param>
    private string? Take(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (AuditRecord.TryParse(line) is not { } record)
            return "it is not a line of this format";
        // What the oldest kept line continues is gone, unless it is the first of all.
        var isOldestKept = _entries == 0 && !isWhole && record.Sequence > 1;
        if (!isOldestKept && record.Sequence != _last + 1)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"its number is {record.Sequence} where {_last + 1} comes next"
            );
        if (!isOldestKept && !record.Previous.AsSpan().SequenceEqual(_hash))
            return "it doesn't continue from the line before it";
        if (_entries == 0)
            _first = record.Sequence;
        _entries++;
        (_last, _hash) = (record.Sequence, SHA256.HashData(line));
        return null;
    }

    private AuditBreak? MissingMark(AuditMark? noted)
    {
        if (noted is null || _wasNotedSeen)
            return null;
        var where = noted.Sequence > _last ? "the log ends before it" : "the oldest kept line is newer";
        return new AuditBreak(
            null,
            null,
            string.Create(CultureInfo.InvariantCulture, $"the noted line {noted.Sequence} is gone: {where}")
        );
    }
}
