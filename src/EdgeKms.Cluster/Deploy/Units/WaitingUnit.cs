namespace EdgeKms.Cluster.Deploy.Units;

/// <summary>The drop-in that makes the unit of a control plane start <c>edgekmsd</c> and wait for it.</summary>
internal static class WaitingUnit
{
    internal const string Text = """
        # kube-apiserver can't start without its KMS provider: edgekmsd is there first.
        [Unit]
        Wants=edgekmsd.service
        After=edgekmsd.service

        """;

    internal static string Path(string unit) => $"/etc/systemd/system/{unit}.service.d/10-edgekms.conf";
}
