using EdgeKms.Cluster.ControlPlane;

namespace EdgeKms.Cluster.Tests.ControlPlane;

/// <summary>A state directory of its own, removed at the end.</summary>
internal sealed class TemporaryState : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgekms-cluster-").FullName;

    public TemporaryState() => State = LocalState.Open(Path);

    internal string Path => System.IO.Path.Combine(_root, "local");

    internal LocalState State { get; }

    public void Dispose()
    {
        State.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
