namespace EdgeKms.Cluster.ControlPlane.Readiness;

/// <summary>Asks a child whether it works.</summary>
internal interface IReadiness
{
    /// <summary>What doesn't work yet, in lines for people; none when everything does. Takes at most 5 s.</summary>
    Task<IReadOnlyList<string>> FailingAsync(CancellationToken stop);
}
