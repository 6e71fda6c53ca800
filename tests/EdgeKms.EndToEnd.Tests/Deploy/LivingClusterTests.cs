using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Deploy;

/// <summary><c>edgekms deploy</c>, <c>migrate</c> and <c>remove</c> on a machine whose API server runs.</summary>
public sealed class LivingClusterTests
{
    private const string Secret = "k create secret generic till --from-literal=a=b >/dev/null";
    private const string Read = "k get secret till -o 'jsonpath={.data.a}'";

    [Fact]
    public async Task Deploy_ToARunningCluster_WaitsUntilItIsReadyAndEncrypts()
    {
        Testbed.Require();
        using var machine = new PrivateMachine();

        var result = await machine.Run(
            $$"""
            ring; cluster
            edgekms deploy --config "$CONFIG" --timeout 5m; echo "exit $?"
            {{Secret}}; {{Read}}
            edgekms verify --etcd-endpoints "$ETCD"; echo "verified $?"
            """
        );

        Assert.Contains("[+]kms-providers ok", result.Output, StringComparison.Ordinal);
        Assert.Contains("exit 0\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Yg==", result.Output, StringComparison.Ordinal);
        Assert.True(result.Output.EndsWith("verified 0\n", StringComparison.Ordinal), result.ToString());
    }

    [Fact]
    public async Task Deploy_WhereTheApiServerNeverGetsReady_TakesEverythingBack()
    {
        Testbed.Require();
        using var machine = new PrivateMachine();
        machine.Break("api-fails");

        var result = await machine.Run(
            $$"""
            ring >/dev/null; cluster; {{Secret}}
            edgekms deploy --config "$CONFIG" --timeout 20s; echo "exit $?"
            for i in $(seq 1500); do k get --raw /readyz >/dev/null 2>&1 && break; sleep 0.2; done
            {{Read}}; files
            """
        );

        Assert.Contains("exit 13\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Rolled back: everything is as it was", result.Output, StringComparison.Ordinal);
        Assert.True(
            result.Output.EndsWith("Yg==./rancher/k3s/k3s.yaml\n", StringComparison.Ordinal),
            result.ToString()
        );
    }

    [Fact]
    public async Task Migrate_OfAClusterThatWasDeployedWithoutKms_EnablesItAndTakesItBack()
    {
        Testbed.Require();
        using var machine = new PrivateMachine();

        var result = await machine.Run(
            $$"""
            ring >/dev/null; cluster; {{Secret}}
            echo '{ "Init": { "KmsPlugin": { "Enable": false } } }' >"$CONFIG"
            edgekms deploy --config "$CONFIG" >/dev/null || exit 90
            stored() { "$K8S/etcdctl" --endpoints "$ETCD" get /registry/secrets/default/till --print-value-only | head -c 23 | tr -d '\0'; echo; }
            migrate() { edgekms migrate "$@" --etcd-endpoints "$ETCD" --restart-command 'systemctl try-restart k3s' >"$MACHINE/out" 2>&1 || { cat "$MACHINE/out"; exit 91; }; }
            migrate --from identity --to kms --dry-run
            grep -c '90-edgekms.yaml' "$MACHINE/out"; stored | head -c 3; echo
            migrate --from identity --to kms; stored; edgekms deploy --show
            grep -c identity /etc/edgekms/encryption-config.yaml
            edgekms remove --etcd-endpoints "$ETCD" 2>/dev/null; echo "remove $?"
            migrate --from kms --to identity; stored | head -c 3; echo; edgekms deploy --show
            edgekms remove --etcd-endpoints "$ETCD" --timeout 5m >/dev/null; echo "remove $?"
            {{Read}}
            """
        );

        var lines = result.Output.TrimEnd('\n').Split('\n').Where(l => !l.StartsWith('[')).ToArray();
        Assert.True(
            lines.SequenceEqual([
                "1",
                "k8s",
                "k8s:enc:kms:v2:edgekms:",
                "KMS plugin on, target k3s, product version 1.12.269.0",
                "0",
                "remove 3",
                "k8s",
                "KMS plugin off, target k3s, product version 1.12.269.0",
                "remove 0",
                "Yg==",
            ]),
            result.ToString()
        );
    }
}
