using System.Globalization;
using System.Text;

namespace EdgeKms.Contract.Settings;

/// <summary>One setting: its name in edgekms.json, its flag, its limits. Values travel as canonical text.</summary>
/// <param name="Name">Name in edgekms.json, with a dot between object and member.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Default">Canonical text of the default.</param>
/// <param name="Summary">One sentence for help, schema and docs.</param>
public sealed record Setting(string Name, SettingKind Kind, string Default, string Summary)
{
    /// <summary>Smallest value (<see cref="SettingKind.Count"/>; seconds for a duration).</summary>
    public long Min { get; init; }

    /// <summary>Largest value (<see cref="SettingKind.Count"/>; seconds for a duration).</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The closed list of <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>True where an empty text means "not set".</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>The flag: <c>kms.maxRequestBytes</c> is <c>--kms-max-request-bytes</c>.</summary>
    public string Flag
    {
        get
        {
            var text = new StringBuilder("--");
            foreach (var c in Name)
            {
                if (c == '.')
                    text.Append('-');
                else if (char.IsAsciiLetterUpper(c))
                    text.Append('-').Append(char.ToLowerInvariant(c));
                else
                    text.Append(c);
            }
            return text.ToString();
        }
    }

    /// <summary>Null when <paramref name="text"/> is allowed, else what is wrong with it.</summary>
    public string? Refuse(string text)
    {
        if (text.Length == 0 && MayBeEmpty)
            return null;
        return Kind switch
        {
            SettingKind.Text => RefuseText(text),
            SettingKind.FilePath => RefusePath(text, 4096),
            SettingKind.SocketPath => RefusePath(text, 107),
            SettingKind.Duration => RefuseDuration(text),
            SettingKind.Count => RefuseCount(text),
            SettingKind.Switch => text is "true" or "false" ? null : "must be true or false",
            SettingKind.UserIds => RefuseUserIds(text),
            SettingKind.Choice => Choices.Contains(text, StringComparer.Ordinal)
                ? null
                : "must be one of " + string.Join(", ", Choices),
            _ => throw new InvalidOperationException(),
        };
    }

    private static string? RefuseText(string text)
    {
        if (text.Length is 0 or > 63)
            return "must have 1 to 63 characters";
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
            ? null
            : "may hold letters, digits, '-', '.' and '_' only";
    }

    private static string? RefusePath(string text, int maxBytes)
    {
        if (!text.StartsWith('/') || text.EndsWith('/') || text.Any(char.IsControl))
            return "must be an absolute path without a slash at its end";
        return Encoding.UTF8.GetByteCount(text) <= maxBytes
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"is longer than {maxBytes} bytes");
    }

    private string? RefuseDuration(string text)
    {
        if (!DurationText.TryParse(text, out var value))
            return "must be a whole number with one unit, such as 30d, 12h, 15m or 60s";
        return value.TotalSeconds >= Min && value.TotalSeconds <= Max
            ? null
            : $"must be {DurationText.Format(TimeSpan.FromSeconds(Min))} to {DurationText.Format(TimeSpan.FromSeconds(Max))}";
    }

    private string? RefuseCount(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= Min
        && value <= Max
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {Min} to {Max}");

    private static string? RefuseUserIds(string text)
    {
        if (text.Length == 0)
            return null;
        var parts = text.Split(',');
        if (parts.Length > 64)
            return "may name at most 64 user ids";
        return parts.All(p =>
            uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid != uint.MaxValue
        )
            ? null
            : "must be user ids (whole numbers)";
    }
}
