using System.Text.Json;

namespace EdgeKms.Cluster.Deploy.Config;

/// <summary>One value of a deployment file, with its path and line for messages. Texts are kept only where they are asked for.</summary>
/// <param name="Kind">What it is; <see cref="JsonValueKind.Null"/> means "not set".</param>
/// <param name="Path">As a person writes it: <c>Init.KmsPlugin.Enable</c>, <c>Machines[0].LinuxNode</c>; empty for the whole file.</param>
/// <param name="Line">From 1.</param>
internal sealed record ConfigValue(JsonValueKind Kind, string Path, int Line)
{
    /// <summary>The text of a string; null for anything else.</summary>
    public string? Text { get; init; }

    /// <summary>Members of an object, in the file's order.</summary>
    public IReadOnlyList<(string Name, ConfigValue Value)> Members { get; init; } = [];

    /// <summary>Items of an array.</summary>
    public IReadOnlyList<ConfigValue> Items { get; init; } = [];

    public bool IsSet => Kind is not JsonValueKind.Null and not JsonValueKind.Undefined;

    /// <summary>A member, whatever the case of its name; a value that isn't set where there is none.</summary>
    public ConfigValue this[string name]
    {
        get
        {
            foreach (var (member, value) in Members)
            {
                if (string.Equals(member, name, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
            return new ConfigValue(JsonValueKind.Undefined, Path.Length == 0 ? name : $"{Path}.{name}", Line);
        }
    }

    /// <summary>How many values are set here and below; an empty object or array holds none.</summary>
    public int CountSet() =>
        Kind switch
        {
            JsonValueKind.Object => Members.Sum(m => m.Value.CountSet()),
            JsonValueKind.Array => Items.Sum(i => i.CountSet()),
            _ => IsSet ? 1 : 0,
        };

    /// <summary>The kind in words, with its article.</summary>
    public string KindText =>
        Kind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "true or false",
            _ => "null",
        };
}
