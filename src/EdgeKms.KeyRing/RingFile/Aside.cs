namespace EdgeKms.KeyRing.RingFile;

/// <summary>A file that is in the way is never deleted: it gets a name that nobody reads.</summary>
internal static class Aside
{
    /// <summary>Between the name that it had and the number.</summary>
    internal const string Mark = ".unusable-";

    /// <summary>Renames to <c>NAME.unusable-N</c>, durable; N is the first free number.</summary>
    /// <returns>The new name.</returns>
    internal static string Move(IStateDirectory directory, string name)
    {
        var taken = directory.List();
        var aside = Enumerable
            .Range(1, taken.Count + 1)
            .Select(i => $"{name}{Mark}{i}")
            .First(n => !taken.Contains(n, StringComparer.Ordinal));
        directory.Rename(name, aside, replace: false);
        directory.SyncDirectory();
        return aside;
    }
}
