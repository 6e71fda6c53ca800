using System.Text.Json;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>The content of <c>endpoints.json</c>, which other commands of edgekms read.</summary>
/// <param name="ApiServer">URL of kube-apiserver.</param>
/// <param name="Etcd">URL of etcd's clients.</param>
internal sealed record EndpointsFile(string ApiServer, string Etcd)
{
    internal static void Write(LocalState state, Ports ports) =>
        state.Put(
            state.Endpoints,
            [
                .. JsonSerializer.SerializeToUtf8Bytes(
                    new EndpointsFile(ports.ApiUrl, ports.EtcdUrl),
                    EndpointsJson.Default.EndpointsFile
                ),
                (byte)'\n',
            ],
            LocalState.PrivateFile
        );
}
