using EdgeKms.EndToEnd.Tests.Migrate;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.EndToEnd.Tests.Reencrypt;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>The living cluster of a situation that has one.</summary>
/// <param name="Home">Its provider.</param>
/// <param name="Flags">What a command needs to find it.</param>
/// <param name="RestartCommand">Restarts its API server; null where no command has to.</param>
/// <param name="AllAreAsWritten">Compares each Secret, read through the API server, with what was written.</param>
/// <param name="Owner">Ends it.</param>
internal sealed record SituationCluster(
    ProviderHome Home,
    string Flags,
    string? RestartCommand,
    Func<Task> AllAreAsWritten,
    IAsyncDisposable Owner
) : IAsyncDisposable
{
    private const int Secrets = 20;

    /// <summary>Null for a situation without a cluster.</summary>
    internal static async Task<SituationCluster?> Start(string situation) =>
        situation switch
        {
            "rotated-cluster" => await Rotated(),
            "credentials-lost" => await Encrypted(),
            _ => null,
        };

    public ValueTask DisposeAsync() => Owner.DisposeAsync();

    private static async Task<SituationCluster> Rotated()
    {
        var cluster = await RotatedCluster.Start();
        await cluster.Fill(Secrets);
        await cluster.Rotate();
        await cluster.Taken();
        var flags = FlagsOf(cluster.Home, cluster.Configuration, cluster.Datastore);
        return new SituationCluster(cluster.Home, flags, null, cluster.AllAreAsWritten, cluster);
    }

    private static async Task<SituationCluster> Encrypted()
    {
        var cluster = await MovingCluster.Start(
            """
                  - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://KMS_SOCKET", timeout: 3s }
            """,
            Secrets
        );
        var flags = FlagsOf(cluster.Home, cluster.Config, cluster.Etcd);
        return new SituationCluster(cluster.Home, flags, cluster.RestartCommand, cluster.AllAreReadable, cluster);
    }

    private static string FlagsOf(ProviderHome home, string configuration, string[] datastore) =>
        $"--kubeconfig {home.At("kubeconfig")} --encryption-config {configuration} {string.Join(' ', datastore)}";
}
