using System.Globalization;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Number of a check in spec/conformance.md: 1 to 98, with "80a" after 80.</summary>
/// <param name="Value">The number.</param>
/// <param name="Suffix">'\0', or the letter behind the number.</param>
internal readonly record struct CheckNumber(int Value, char Suffix = '\0') : IComparable<CheckNumber>
{
    public static implicit operator CheckNumber(int value) => new(value);

    public int CompareTo(CheckNumber other) =>
        Value != other.Value ? Value.CompareTo(other.Value) : Suffix.CompareTo(other.Suffix);

    public static bool TryParse(ReadOnlySpan<char> text, out CheckNumber number)
    {
        var suffix = text.Length > 1 && char.IsAsciiLetterLower(text[^1]) ? text[^1] : '\0';
        var digits = suffix == '\0' ? text : text[..^1];
        var ok = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0;
        number = new(ok ? value : 0, suffix);
        return ok;
    }

    public override string ToString() =>
        Value.ToString(CultureInfo.InvariantCulture) + (Suffix == '\0' ? "" : Suffix.ToString());

    public static bool operator <(CheckNumber left, CheckNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(CheckNumber left, CheckNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(CheckNumber left, CheckNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CheckNumber left, CheckNumber right) => left.CompareTo(right) >= 0;
}
