using System.Security.Cryptography;

namespace EdgeKms.KeyRing.Audit;

/// <summary>Where the next line goes and what it continues.</summary>
/// <param name="File">The newest file; 0 when there is none.</param>
/// <param name="Length">Bytes of that file.</param>
/// <param name="IsOpen">False: the file must not be written to, it ends with something else than a whole line.</param>
/// <param name="Sequence">Sequence of the last whole line; 0 when there is none.</param>
/// <param name="Hash">SHA-256 of that line; zeros when there is none.</param>
internal sealed record AuditTail(int File, int Length, bool IsOpen, long Sequence, byte[] Hash)
{
    /// <summary>Finds it from the newest file backwards.</summary>
    /// <param name="numbers">The files' numbers, ascending.</param>
    /// <param name="read">Reads one.</param>
    internal static AuditTail Find(IReadOnlyList<int> numbers, Func<int, AuditFile> read)
    {
        if (numbers.Count == 0)
            return new AuditTail(0, 0, IsOpen: false, 0, new byte[AuditRecord.HashSize]);
        var newest = read(numbers[^1]);
        var length = newest.Content?.Length ?? 0;
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            var file = i == numbers.Count - 1 ? newest : read(numbers[i]);
            var lines = file.Lines().ToList();
            for (var at = lines.Count - 1; at >= 0; at--)
            {
                if (AuditRecord.TryParse(lines[at].Span) is not { } last)
                    continue;
                var ends = file == newest && at == lines.Count - 1 && !file.HasTornTail;
                // Nothing is in an empty file that a line could be joined to.
                var isOpen = ends || newest.Content is [];
                return new AuditTail(newest.Number, length, isOpen, last.Sequence, SHA256.HashData(lines[at].Span));
            }
        }
        return new AuditTail(newest.Number, length, newest.Content is [], 0, new byte[AuditRecord.HashSize]);
    }
}
