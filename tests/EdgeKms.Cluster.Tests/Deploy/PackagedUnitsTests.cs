using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Cluster.Tests.Repository;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Tests.Deploy;

/// <summary>deploy/systemd is what deploy writes with the defaults; EDGEKMS_ACCEPT=1 writes it anew.</summary>
public class PackagedUnitsTests
{
    private static readonly EdgeKmsSettings s_defaults = new(
        new Dictionary<string, string>(StringComparer.Ordinal),
        new Dictionary<string, string>(StringComparer.Ordinal)
    );

    private static string Service => new ProviderUnit(s_defaults, "/usr/lib/edgekms/edgekmsd", []).Text();

    [Fact]
    public void DeploySystemd_OfTheRepository_IsWhatDeployWrites()
    {
        Kept("deploy/systemd/edgekmsd.service", Service);
        Kept("deploy/systemd/edgekmsd.socket", ProviderSocket.Text(s_defaults));
    }

    [Fact]
    public async Task Deploy_WithThePackagesOwnUnit_WritesNoOther()
    {
        using var image = new TestImage();
        image.Put(ProviderUnit.Packaged, Service.Replace("/usr/lib/edgekms/", "/usr/bin/", StringComparison.Ordinal));

        await image.Deploy(DeploymentTarget.K3s);

        Assert.DoesNotContain(ProviderUnit.Path, image.Files().Keys);
        Assert.DoesNotContain(ProviderSocket.Path, image.Files().Keys);
        Assert.Contains(WaitingUnit.Path("k3s"), image.Files().Keys);
    }

    [Fact]
    public async Task Deploy_WithOtherSettingsThanThePackages_WritesItsOwnUnits()
    {
        using var image = new TestImage();
        image.Put(ProviderUnit.Packaged, Service.Replace("/usr/lib/edgekms/", "/usr/bin/", StringComparison.Ordinal));
        image.Put(
            SettingTable.DefaultFile,
            """{ "kms": { "socket": "/run/other/kms.sock", "group": "kube" }, "observer": { "group": "" } }"""
        );

        await image.Deploy(DeploymentTarget.K3s);

        Assert.Contains(
            "ListenStream=/run/other/kms.sock\n",
            image.Text(ProviderSocket.Path),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "SocketMode=0660\nSocketGroup=kube\n",
            image.Text(ProviderSocket.Path),
            StringComparison.Ordinal
        );
        var service = image.Text(ProviderUnit.Path);
        Assert.Contains("RuntimeDirectory=other edgekms\n", service, StringComparison.Ordinal);
        Assert.DoesNotContain("chgrp", service, StringComparison.Ordinal);
    }

    private static void Kept(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("EDGEKMS_ACCEPT") == "1")
            File.WriteAllText(SourceTree.At(path), text);
        Assert.Equal(text, File.ReadAllText(SourceTree.At(path)));
    }
}
