using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>Files that several targets have.</summary>
internal static class SharedFiles
{
    internal const string Directory = "/etc/edgekms";

    internal const string EncryptionConfig = Directory + "/encryption-config.yaml";

    internal const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The API server's configuration. One that names our provider is kept: a migration may have changed it.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 3: there is one that doesn't.</exception>
    internal static IEnumerable<FileChange> Of(ImageRoot root, EdgeKmsSettings settings)
    {
        if (root.Read(EncryptionConfig) is { } before)
        {
            RefuseForeign(before, settings);
            yield return new FileChange(EncryptionConfig, before, before, Private);
            yield break;
        }
        var encryption = new EncryptionConfiguration(
            settings.ProviderName,
            settings.KmsSocket,
            settings.KmsTimeout,
            ["secrets"],
            IdentityPlace.Last
        );
        yield return Change(root, EncryptionConfig, encryption.Yaml(), Private);
    }

    private static void RefuseForeign(byte[] bytes, EdgeKmsSettings settings)
    {
        const string Hint = "objects may depend on what it names: move its providers, or correct edgekms.json";
        var file = EncryptionFile.Parse(bytes, EncryptionConfig);
        if (file.Refusal() is { } reason)
            throw YamlText.Refused(
                $"kube-apiserver would not start with {EncryptionConfig}: {reason}",
                "correct it first"
            );
        var isOurs = file
            .Entries.SelectMany(e => e.Providers)
            .Any(p =>
                p.IsKms
                && ProviderName.IsOf(settings.ProviderName, p.Name)
                && SocketEndpoint.PathOf(p.Endpoint) == settings.KmsSocket
            );
        if (!isOurs)
        {
            throw YamlText.Refused(
                $"{EncryptionConfig} doesn't name the provider {settings.ProviderName} at {SocketEndpoint.Of(settings.KmsSocket)}",
                Hint
            );
        }
    }

    /// <summary>The package's own unit is left alone where it is just what is wanted: it then changes with the package.</summary>
    internal static IEnumerable<FileChange> Units(ImageRoot root, ProviderUnit unit, string waitingUnit)
    {
        var service = Change(root, ProviderUnit.Path, unit.Text(), Public);
        if (service.Before is not null || !service.After.AsSpan().SequenceEqual(root.Read(ProviderUnit.Packaged)))
        {
            yield return service;
            yield return Change(root, ProviderSocket.Path, ProviderSocket.Text(unit.Settings), Public);
        }
        yield return Change(root, WaitingUnit.Path(waitingUnit), WaitingUnit.Text, Public);
    }

    internal static FileChange Change(ImageRoot root, string path, string text, UnixFileMode mode) =>
        new(path, root.Read(path), Encoding.UTF8.GetBytes(text), mode);
}
