namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>One file that a deployment writes.</summary>
/// <param name="Path">Absolute, as the machine sees it; the image's root comes before it.</param>
/// <param name="Before">Its content now; null where there is none.</param>
/// <param name="After">Its content afterwards.</param>
/// <param name="Mode">Its mode afterwards.</param>
public sealed record FileChange(string Path, byte[]? Before, byte[] After, UnixFileMode Mode)
{
    /// <summary>True when the file is as it should be already.</summary>
    public bool IsDone => Before is not null && Before.AsSpan().SequenceEqual(After);
}
