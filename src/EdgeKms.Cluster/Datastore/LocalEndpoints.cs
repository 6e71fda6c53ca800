using System.Text.Json;
using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.Datastore;

/// <summary><c>endpoints.json</c> of the control plane that <c>edgekms up</c> makes.</summary>
/// <param name="ApiServer">Address of the API server.</param>
/// <param name="Etcd">Endpoint of etcd.</param>
internal sealed record LocalEndpoints(string ApiServer, string Etcd)
{
    /// <summary>Null where the file is missing, not for this user, or another one.</summary>
    internal static LocalEndpoints? Read(string path)
    {
        if (!CappedFile.IsReadable(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(CappedFile.Read(path), LocalEndpointsJson.Default.LocalEndpoints);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
