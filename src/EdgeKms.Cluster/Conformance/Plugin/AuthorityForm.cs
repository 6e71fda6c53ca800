namespace EdgeKms.Cluster.Conformance;

/// <summary>What the calls of a run send as ":authority": a form of checks 5 to 8, by the client that sends it.</summary>
public enum AuthorityForm
{
    /// <summary>"localhost": the v2 client of Kubernetes 1.32 and later.</summary>
    Localhost,

    /// <summary>The percent-encoded path, or "@name": every v1beta1 client, and v2 before 1.32.</summary>
    Encoded,

    /// <summary>The path as it is, or "@name": Kubernetes 1.20.</summary>
    Path,

    /// <summary>"@edgekms", as for an abstract socket.</summary>
    Name,

    /// <summary>A field without a value.</summary>
    Empty,

    /// <summary>No such field.</summary>
    None,
}
