using EdgeKms.Cluster.Deploy;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Deploy;

public class RefusalTests
{
    private const string On = """{ "Init": { "KmsPlugin": { "Enable": true } } }""";
    private const string Off = """{ "Init": { "KmsPlugin": { "Enable": false } } }""";
    private const string K3sConfig = "/etc/rancher/k3s/config.yaml";
    private const string Manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

    [Theory]
    [InlineData(On, Off, "on: that can't be changed after deployment", "migrate --to identity")]
    [InlineData(Off, On, "off: that can't be changed after deployment", "migrate --from identity --to kms")]
    public async Task Deploy_WithAnotherChoice_IsRefusedAndNamesMigrate(
        string first,
        string then,
        string what,
        string way
    )
    {
        using var image = new TestImage();
        await image.Deploy(DeploymentTarget.K3s, first);
        var before = image.Files();

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s, then));

        Assert.Equal(ExitCode.Refused, failure.ExitCode);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(way, failure.Hint, StringComparison.Ordinal);
        Assert.Equal(before, image.Files());
    }

    [Fact]
    public async Task Deploy_ToAnotherTarget_IsRefused()
    {
        using var image = new TestImage();
        await image.Deploy(DeploymentTarget.K3s);

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.Kubeadm));

        Assert.Contains("made for k3s, not for kubeadm", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_OffAfterAnInterruptedDeployment_IsRefused()
    {
        using var image = new TestImage();
        await image.Deploy(DeploymentTarget.K3s);
        File.Delete(image.At("/etc/edgekms/deployment.json"));

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s, Off));

        Assert.Contains("interrupted", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_OfAnExistingClusterWithoutAChoice_ChangesNothing()
    {
        using var image = new TestImage();
        image.Put("/var/lib/rancher/k3s/server/db/state.db", "");
        var before = image.Files();

        var result = await image.Deploy(DeploymentTarget.K3s, "{}");

        Assert.False(result.Kms);
        Assert.Equal(before, image.Files());
        Assert.Contains("Init.KmsPlugin.Enable to true", Assert.Single(result.Next), StringComparison.Ordinal);
        Assert.True((await image.Deploy(DeploymentTarget.K3s, On)).Kms);
    }

    [Fact]
    public async Task Deploy_OfANewClusterWithoutAChoice_IsOnByDefaultAndStaysSo()
    {
        using var image = new TestImage();
        Assert.True((await image.Deploy(DeploymentTarget.K3s, "{}")).Kms);
        image.Put("/var/lib/rancher/k3s/server/db/state.db", "");

        Assert.True((await image.Deploy(target: null, "{}")).Kms);
    }

    [Theory]
    [InlineData("secrets-encryption: true", "own secrets encryption")]
    [InlineData("kube-apiserver-arg: [\"encryption-provider-config=/x.yaml\"]", "another encryption configuration")]
    [InlineData("kube-apiserver-arg: [\"a\"\n", "not valid YAML (line ")]
    public async Task Deploy_ToK3sWithAConfigThatContradicts_IsRefused(string yaml, string what)
    {
        using var image = new TestImage();
        image.Put(K3sConfig, yaml);

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s));

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(K3sConfig, failure.Message, StringComparison.Ordinal);
        Assert.Single(image.Files());
    }

    [Fact]
    public async Task Deploy_WhereALaterDropInReplacesTheList_IsRefused()
    {
        using var image = new TestImage();
        image.Put("/etc/rancher/k3s/config.yaml.d/99-own.yaml", "kube-apiserver-arg:\n  - \"event-ttl=30m\"\n");

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s));

        Assert.Contains("99-own.yaml replaces the list", failure.Message, StringComparison.Ordinal);
        Assert.Contains("kube-apiserver-arg+", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not one YAML object")]
    [InlineData("kind: Pod\nspec: {}\n", "containers is missing")]
    [InlineData("kind: Pod\nspec:\n  containers:\n  - name: etcd\n", "no container kube-apiserver")]
    [InlineData("a: [", "not valid YAML")]
    [InlineData(
        "spec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    - --encryption-provider-config=/other.yaml\n",
        "another encryption configuration, /other.yaml"
    )]
    [InlineData(
        "spec:\n  containers:\n  - name: kube-apiserver\n    command: [kube-apiserver]\n",
        "line 4: a list in square brackets"
    )]
    public async Task Deploy_ToAManifestThatCannotBeEdited_IsRefused(string yaml, string what)
    {
        using var image = new TestImage();
        image.Put(Manifest, yaml);

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.Kubeadm));

        Assert.Equal(ExitCode.Refused, failure.ExitCode);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Single(image.Files());
    }

    [Fact]
    public async Task Deploy_BesideAConfigurationWithoutOurProvider_IsRefused()
    {
        using var image = new TestImage();
        image.Put(
            "/etc/edgekms/encryption-config.yaml",
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers: [identity: {}]\n"
        );

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s));

        Assert.Contains("doesn't name the provider edgekms", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_BesideAConfigurationThatAMigrationChanged_KeepsIt()
    {
        using var image = new TestImage();
        await image.Deploy(DeploymentTarget.K3s);
        const string Path = "/etc/edgekms/encryption-config.yaml";
        var changed = image.Text(Path).Replace("      - identity: {}\n", "", StringComparison.Ordinal);
        image.Put(Path, changed);

        await image.Deploy(target: null);

        Assert.Equal(changed, image.Text(Path));
    }

    [Fact]
    public async Task Deploy_WithADamagedRecord_IsRefused()
    {
        using var image = new TestImage();
        image.Put("/etc/edgekms/deployment.json", "{ \"kms\": 1 }");

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s));

        Assert.Equal(ExitCode.Damaged, failure.ExitCode);
    }

    [Fact]
    public async Task Deploy_ThroughALinkOutOfTheImage_IsRefused()
    {
        using var image = new TestImage();
        Directory.CreateSymbolicLink(image.At("/etc"), "/etc");

        var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(DeploymentTarget.K3s));

        Assert.Contains("is a link", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_WithoutATargetToFind_NamesThem()
    {
        using var image = new TestImage();
        var none = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(target: null));
        image.Put(K3sConfig, "");
        image.Put(Manifest, "");
        var two = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(target: null));

        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (none.ExitCode, two.ExitCode));
        Assert.Contains("--target k3s|kubeadm|local", none.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_ToAManifest_KeepsItsModeAndItsComments()
    {
        using var image = new TestImage(
            Repository.SourceTree.At("tests/EdgeKms.Cluster.Tests/Deploy/Golden/kubeadm-existing/before")
        );
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(image.At(Manifest), Mode);
        var before = image.Text(Manifest).Split('\n');

        await image.Deploy(DeploymentTarget.Kubeadm);

        Assert.Equal(Mode, File.GetUnixFileMode(image.At(Manifest)));
        Assert.All(before, line => Assert.Contains(line + "\n", image.Text(Manifest) + "\n", StringComparison.Ordinal));
        Assert.Equal(
            [Manifest],
            Directory.GetFiles(image.At("/etc/kubernetes/manifests")).Select(f => f[image.At("").Length..])
        );
    }
}
