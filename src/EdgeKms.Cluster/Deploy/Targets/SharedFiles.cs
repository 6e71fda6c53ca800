using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>Files that every target has.</summary>
internal static class SharedFiles
{
    internal const string EncryptionConfig = "/etc/edgekms/encryption-config.yaml";

    internal const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal static IEnumerable<FileChange> Of(ImageRoot root, EdgeKmsSettings settings, string waitingUnit)
    {
        var encryption = new EncryptionConfiguration(
            settings.ProviderName,
            settings.KmsSocket,
            settings.KmsTimeout,
            ["secrets"],
            IdentityPlace.Last
        );
        yield return Change(root, EncryptionConfig, encryption.Yaml(), Private);
        yield return Change(root, SystemdUnits.ServicePath, SystemdUnits.Service, Public);
        yield return Change(root, SystemdUnits.DropInPath(waitingUnit), SystemdUnits.DropIn, Public);
    }

    internal static FileChange Change(ImageRoot root, string path, string text, UnixFileMode mode) =>
        new(path, root.Read(path), Encoding.UTF8.GetBytes(text), mode);
}
