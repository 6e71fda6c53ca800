using System.Globalization;

namespace EdgeKms.KeyRing.Audit;

/// <summary>One file of the log as it was read.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Content">Its bytes; null when it is larger than <see cref="MaxBytes"/>.</param>
internal sealed record AuditFile(int Number, byte[]? Content)
{
    /// <summary>A line that would make a file larger starts the next one.</summary>
    internal const int MaxBytes = 262_144;

    internal const int MaxNumber = 99_999_999;

    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";

    internal string Name => NameOf(Number);

    /// <summary>What follows the last newline: all that a power cut leaves of the line that it stopped.</summary>
    internal bool HasTornTail => Content is [.., not (byte)'\n'];

    internal static string NameOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D8}{Suffix}");

    /// <summary>The numbers of the log's files among these names, ascending.</summary>
    internal static List<int> Numbers(IEnumerable<string> names)
    {
        var found = new List<int>();
        foreach (var name in names)
        {
            if (
                name.Length == Prefix.Length + 8 + Suffix.Length
                && name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(
                    name.AsSpan(Prefix.Length, 8),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                && number > 0
                && name == NameOf(number)
            )
                found.Add(number);
        }
        found.Sort();
        return found;
    }

    /// <summary>The lines with their newlines, without a torn tail.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Lines()
    {
        ReadOnlyMemory<byte> rest = Content;
        while (rest.Span.IndexOf((byte)'\n') is var end and >= 0)
        {
            yield return rest[..(end + 1)];
            rest = rest[(end + 1)..];
        }
    }
}
