namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>
/// A fresh directory of one test. Others may pass through it (0755), so that what a test says about access is said of the
/// files that EdgeKms made and not of this directory.
/// </summary>
internal sealed class PrivateDirectory : IDisposable
{
    internal PrivateDirectory()
    {
        Path = Directory.CreateTempSubdirectory("edgekms-e2e-").FullName;
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    internal string Path { get; }

    internal string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
