namespace EdgeKms.Contract.Settings;

/// <summary>
/// Names of our provider in one file: a KMS provider's name may stand but once in it, so that its second entry has
/// <c>NAME-2</c>, the third <c>NAME-3</c>.
/// </summary>
public static class ProviderName
{
    /// <param name="name">The name of the settings.</param>
    /// <param name="found">One of a file, or of a stored object.</param>
    public static bool IsOf(string name, string? found) =>
        string.Equals(found, name, StringComparison.Ordinal)
        || (
            found is not null
            && found.Length > name.Length + 1
            && found.StartsWith(name, StringComparison.Ordinal)
            && found[name.Length] == '-'
            && found[name.Length + 1] is >= '1' and <= '9'
            && found.AsSpan(name.Length + 1) is var number
            && number.Length <= 4
            && !number.ContainsAnyExceptInRange('0', '9')
        );
}
