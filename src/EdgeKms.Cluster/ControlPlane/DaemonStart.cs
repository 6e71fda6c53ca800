namespace EdgeKms.Cluster.ControlPlane;

/// <summary>How edgekmsd is started.</summary>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">After <c>serve</c>: the settings that <c>edgekms up</c> was given.</param>
/// <param name="RequireRing">Throws when there is no key ring that edgekmsd could serve.</param>
public sealed record DaemonStart(
    string Program,
    IReadOnlyList<string> Arguments,
    Func<CancellationToken, Task> RequireRing
);
