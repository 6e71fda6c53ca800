namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>One file that a deployment writes or removes.</summary>
/// <param name="Path">Absolute, as the machine sees it; the image's root comes before it.</param>
/// <param name="Before">Its content now; null where there is none.</param>
/// <param name="After">Its content afterwards; null removes it.</param>
/// <param name="Mode">Its mode afterwards; null keeps the one that it has.</param>
public sealed record FileChange(string Path, byte[]? Before, byte[]? After, UnixFileMode? Mode)
{
    /// <summary>True when the file is as it should be already.</summary>
    public bool IsDone => After is null ? Before is null : Before is not null && Before.AsSpan().SequenceEqual(After);

    /// <summary><c>new</c>, <c>changed</c>, <c>removed</c> or <c>unchanged</c>.</summary>
    public string State =>
        IsDone ? "unchanged"
        : Before is null ? "new"
        : After is null ? "removed"
        : "changed";
}
