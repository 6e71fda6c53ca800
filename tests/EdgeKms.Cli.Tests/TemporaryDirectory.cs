namespace EdgeKms.Cli.Tests;

/// <summary>A directory of one test; short, since a socket's path may have 107 bytes.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ek-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a program named edgekmsd that stands in for the daemon.</summary>
    public void FakeDaemon(string shell, string directory = "")
    {
        Directory.CreateDirectory(this[directory]);
        var path = System.IO.Path.Combine(this[directory], "edgekmsd");
        File.WriteAllText(path, "#!/bin/sh\n" + shell + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
