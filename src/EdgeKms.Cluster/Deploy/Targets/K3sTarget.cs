using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>
/// k3s: a drop-in under <c>/etc/rancher/k3s/config.yaml.d</c>. Its list is appended (<c>+</c>), so an administrator's own
/// arguments stay; a later file that sets the list without <c>+</c> would throw ours away and is refused.
/// </summary>
internal static class K3sTarget
{
    internal const string DropIn = "/etc/rancher/k3s/config.yaml.d/90-edgekms.yaml";

    private const string Main = "/etc/rancher/k3s/config.yaml";
    private const string Folder = "/etc/rancher/k3s/config.yaml.d";
    private const string List = "kube-apiserver-arg";

    internal static DeploymentPlan Plan(ImageRoot root, ProviderUnit unit)
    {
        Refuse(root);
        var text = $"""
            # Written by "edgekms deploy". The list is appended to the one of config.yaml.
            {List}+:
              - "encryption-provider-config={SharedFiles.EncryptionConfig}"
              - "encryption-provider-config-automatic-reload=true"

            """;
        return new DeploymentPlan(
            [.. SharedFiles.Of(root, unit.Settings), .. SharedFiles.Units(root, unit, "k3s")],
            [SharedFiles.Change(root, DropIn, text, SharedFiles.Private)],
            ProviderUnit: true,
            "k3s",
            []
        );
    }

    private static void Refuse(ImageRoot root)
    {
        foreach (var path in root.List(Folder).Select(n => $"{Folder}/{n}").Prepend(Main))
        {
            if (string.Equals(path, DropIn, StringComparison.Ordinal) || root.Read(path) is not { } bytes)
                continue;
            foreach (var (key, value) in Members(bytes, path))
            {
                var name = key.TrimEnd('+');
                if (string.Equals(name, "secrets-encryption", StringComparison.Ordinal) && IsTrue(value))
                    throw Refused(
                        $"{path} has k3s's own secrets encryption on",
                        "turn it off first: docs.k3s.io/cli/secrets-encrypt"
                    );
                if (!string.Equals(name, List, StringComparison.Ordinal))
                    continue;
                if (value.ToString().Contains("encryption-provider-config=", StringComparison.Ordinal))
                    throw Refused($"{path} names another encryption configuration", "take its arguments out first");
                var isLater =
                    string.CompareOrdinal(path, DropIn) > 0 && !string.Equals(path, Main, StringComparison.Ordinal);
                if (isLater && !key.EndsWith('+'))
                    throw Refused(
                        $"{path} replaces the list {List}, so this deployment would be ignored",
                        $"write \"{List}+\" there"
                    );
            }
        }
    }

    private static IEnumerable<(string Key, YamlNode Value)> Members(byte[] yaml, string path)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(Encoding.UTF8.GetString(yaml)));
            return stream.Documents is [var document, ..] && document.RootNode is YamlMappingNode map
                ? [.. map.Children.Select(c => (c.Key.ToString(), c.Value))]
                : [];
        }
        catch (YamlException e)
        {
            throw Refused(
                $"{path} is not valid YAML (line {e.Start.Line})",
                "correct it: k3s would not start with it either",
                e
            );
        }
    }

    private static bool IsTrue(YamlNode value) =>
        string.Equals(value.ToString(), "true", StringComparison.OrdinalIgnoreCase);

    private static CommandException Refused(string what, string hint, Exception? inner = null) =>
        new(ExitCode.Refused, what, hint, inner);
}
