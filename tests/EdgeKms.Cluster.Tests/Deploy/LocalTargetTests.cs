using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Tests.Deploy;

public class LocalTargetTests
{
    [Fact]
    public void Plan_OfALocalControlPlane_IsItsEncryptionConfiguration()
    {
        var root = Directory.CreateTempSubdirectory("edgekms-cluster-").FullName;
        try
        {
            var none = new Dictionary<string, string>();
            var plan = LocalTarget.Plan(new ImageRoot(root), new EdgeKmsSettings(none, none));
            var change = Assert.Single(plan.Changes);
            Assert.Equal("/etc/edgekms/encryption-config.yaml", change.Path);
            Assert.Contains("unix:///run/edgekms/kms.sock", Encoding.UTF8.GetString(change.After));
            Assert.Equal(["edgekms up"], plan.Next);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
