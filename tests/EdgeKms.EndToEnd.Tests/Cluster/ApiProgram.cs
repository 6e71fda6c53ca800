using System.Security.Cryptography;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>An API server of the test bed, with the flags that it needs beyond those that all take.</summary>
internal sealed record ApiProgram(string Name, IReadOnlyList<string> Flags)
{
    /// <summary>The real k8s.io/apiserver of today; it takes a changed encryption configuration by itself.</summary>
    internal static ApiProgram Lite { get; } =
        new("kube-apiserver-lite", ["--encryption-provider-config-automatic-reload=true"]);

    /// <summary>What starts it, and ends in it; empty for nothing.</summary>
    internal IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>The same without automatic reload: it takes another configuration by a restart alone.</summary>
    internal static ApiProgram LiteWithoutReload { get; } = Lite with { Flags = [] };

    /// <summary>The same with KMS v1, whose gate is off by default since 1.29.</summary>
    internal static ApiProgram LiteWithV1 { get; } =
        Lite with
        {
            Flags = [.. Lite.Flags, "--feature-gates=KMSv1=true"],
        };

    /// <summary>The whole kube-apiserver 1.20.2: KMS v1 alone, no reload. It wants a key of service accounts, which is made here.</summary>
    internal static ApiProgram Kubernetes120(string directory)
    {
        var key = Path.Combine(directory, "sa.key");
        using (var rsa = RSA.Create(2048))
            File.WriteAllText(key, rsa.ExportRSAPrivateKeyPem());
        return new ApiProgram(
            "kube-apiserver-1.20.2",
            [
                "--service-account-issuer=https://kubernetes.default.svc",
                $"--service-account-key-file={key}",
                $"--service-account-signing-key-file={key}",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--advertise-address=127.0.0.1",
                "--disable-admission-plugins=ServiceAccount",
            ]
        );
    }
}
