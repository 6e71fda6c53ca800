using System.Text;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class EncryptionChoiceTests
{
    private static readonly EdgeKmsSettings s_settings = new(
        new Dictionary<string, string>(),
        new Dictionary<string, string> { [SettingTable.KmsSocket.Name] = "/run/other/kms.sock" }
    );

    [Fact]
    public void Choose_NamedThenDeployedThenGenerated()
    {
        using var directory = new TemporaryState();
        var (named, deployed) = (directory.State.At("named.yaml"), directory.State.At("deployed.yaml"));
        var generated = EncryptionChoice.Choose(null, deployed, directory.Path, s_settings);
        Assert.Equal(directory.State.EncryptionConfig, generated.Path);
        Assert.Contains("unix:///run/other/kms.sock", Encoding.UTF8.GetString(generated.Generated!));
        Assert.True(generated.Names("/run/other/kms.sock"));

        File.WriteAllText(deployed, "endpoint: unix:///run/edgekms/kms.sock");
        var found = EncryptionChoice.Choose(null, deployed, directory.Path, s_settings);
        Assert.Equal((deployed, null), (found.Path, found.Generated));
        Assert.False(found.Names("/run/other/kms.sock"));
        Assert.True(found.Names("/run/edgekms/kms.sock"));

        var missing = Assert.Throws<CommandException>(() =>
            EncryptionChoice.Choose(named, deployed, directory.Path, s_settings)
        );
        Assert.Equal(ExitCode.Usage, missing.ExitCode);
        File.WriteAllText(named, "");
        Assert.Equal(named, EncryptionChoice.Choose(named, deployed, directory.Path, s_settings).Path);
    }
}
