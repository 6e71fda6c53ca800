using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class ProgramSearchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("edgekms-cluster-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Find_AWholeServerAnywhere_GoesBeforeALite()
    {
        var lite = Make("a", "kube-apiserver-lite", isProgram: true);
        var whole = Make("b", "kube-apiserver", isProgram: true);
        string[] names = ["kube-apiserver", "kube-apiserver-lite"];
        var path = $"relative:{_directory}/a:{_directory}/b";
        Assert.Equal(whole, new ProgramSearch(null, path).Find(names));
        Assert.Equal(lite, new ProgramSearch(_directory + "/a", path).Find(names));
    }

    [Fact]
    public void Find_WhatCannotBeRun_IsMissing()
    {
        Make("a", "etcd", isProgram: false);
        Directory.CreateDirectory(Path.Combine(_directory, "b", "etcd"));
        foreach (var one in new[] { "a", "b", "nowhere" })
        {
            var failure = Assert.Throws<CommandException>(() =>
                new ProgramSearch($"{_directory}/{one}", "").Find("etcd")
            );
            Assert.Equal(
                (ExitCode.Usage, $"etcd was not found in {_directory}/{one}"),
                (failure.ExitCode, failure.Message)
            );
        }
        Assert.Equal(
            "etcd was not found on PATH",
            Assert.Throws<CommandException>(() => new ProgramSearch(null, $"{_directory}/a").Find("etcd")).Message
        );
    }

    private string Make(string folder, string name, bool isProgram)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, folder)).FullName, name);
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, isProgram ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);
        return path;
    }
}
