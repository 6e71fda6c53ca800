using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Deploy;

/// <summary>What <c>edgekms deploy --root</c> writes, given to the real programs that read it.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData("k3s")]
    [InlineData("kubeadm")]
    public async Task Deploy_IntoAnImage_GivesAConfigurationThatTheApiServerEncryptsWith(string target)
    {
        Testbed.Require();
        await using var home = await ProviderHome.Serving();
        using var image = new PrivateDirectory();
        await Deploy(home, image, target);

        await using var etcd = await EtcdServer.Start(home.At("etcd"));
        await using var api = new ApiServer(home.At(), etcd.Url, image.At("etc", "edgekms", "encryption-config.yaml"));
        api.Start();
        await api.Ready();
        await api.Create("till", "a value");

        var stored = StoredSecret.Parse((await etcd.Get("/registry/secrets/default/till"))!);
        Assert.Equal(("edgekms", await home.ActiveKey()), (stored.Provider, stored.KeyId));
        Assert.Contains("[+]kms-providers ok", await api.ReadyChecks(), StringComparison.Ordinal);
    }

    /// <summary>kubectl is the judge: it decodes both into Kubernetes' own types and applies the patch.</summary>
    [Fact]
    public async Task Deploy_ToAManifest_EditsItAsThePatchOfKubeadmWould()
    {
        Testbed.Require();
        await using var home = await ProviderHome.Create();
        using var image = new PrivateDirectory();
        var manifests = image.At("etc", "kubernetes", "manifests");
        Directory.CreateDirectory(manifests);
        var manifest = Path.Combine(manifests, "kube-apiserver.yaml");
        await File.WriteAllTextAsync(manifest, Manifest);
        await File.WriteAllTextAsync(image.At("before.yaml"), Manifest);

        await Deploy(home, image, "kubeadm");

        var patch = image.At("etc", "edgekms", "kubeadm-patches", "kube-apiserver0edgekms+json.json");
        string[] patched = ["patch", "--local", "-f", image.At("before.yaml"), "--type=json", "--patch-file", patch];
        string[] edited = ["label", "--local", "-f", manifest, "tier=control-plane", "--overwrite"];
        Assert.Equal(await Kubectl([.. patched, "-o", "json"]), await Kubectl([.. edited, "-o", "json"]));
    }

    private static async Task<string> Kubectl(string[] arguments)
    {
        var result = await RunningProcess.Run(Testbed.Program("kubectl"), arguments);
        Assert.True(result.Exit == 0, result.ToString());
        return result.Output;
    }

    private static async Task Deploy(ProviderHome home, PrivateDirectory image, string target)
    {
        var bin = image.At("usr", "bin");
        Directory.CreateDirectory(bin);
        await File.WriteAllTextAsync(Path.Combine(bin, "edgekmsd"), "");
        var config = image.At("aksedge-config.json");
        await File.WriteAllTextAsync(config, """{ "init": { "kmsplugin": { "enable": true } } }""");
        string[] command = ["deploy", "--config", config, "--target", target, "--root", image.Path];
        var result = await RunningProcess.Run(CommandProgram.Path, [.. command, .. home.Settings]);
        Assert.True(result.Exit == 0, result.ToString());
    }

    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata:
          labels:
            tier: control-plane
          name: kube-apiserver
        spec:
          containers:
          - command:
            - kube-apiserver
            - --secure-port=6443 # a comment
            image: registry.k8s.io/kube-apiserver:v1.33.5
            name: kube-apiserver
            volumeMounts:
            - mountPath: /etc/kubernetes/pki
              name: k8s-certs
              readOnly: true
          volumes:
          - hostPath:
              path: /etc/kubernetes/pki
              type: DirectoryOrCreate
            name: k8s-certs

        """;
}
