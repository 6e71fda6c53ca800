using EdgeKms.Cluster.ControlPlane.Readiness;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>One child as it is started.</summary>
/// <param name="Name">Of its log and its record, and what people read.</param>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">Without the program's own name; nothing secret.</param>
/// <param name="Readiness">Tells whether it works.</param>
/// <param name="IsReady">What is said once it does.</param>
internal sealed record ChildSpec(
    string Name,
    string Program,
    IReadOnlyList<string> Arguments,
    IReadiness Readiness,
    string IsReady
);
