using EdgeKms.Cluster.Files;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>
/// Gives the static pod of kube-apiserver its flags, and the volumes that hold configuration and socket. Directories are
/// mounted and not the files in them: a pod goes on seeing the file that was mounted, also when another has its name, so
/// that neither a changed configuration nor a new socket would reach it.
/// </summary>
internal static class StaticPodManifest
{
    private const string Config = "--encryption-provider-config=";
    private const string Reload = "--encryption-provider-config-automatic-reload=true";
    private const string ConfigVolume = "edgekms-config";
    private const string SocketVolume = "edgekms-socket";

    /// <summary>The manifest with what is missing; the same bytes where nothing is.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 3: another encryption configuration, or no such manifest.</exception>
    internal static byte[] Edit(byte[] manifest, string path, string socketDirectory)
    {
        var yaml = new YamlText(manifest, path);
        AddFlags(yaml);
        AddNamed(
            yaml,
            () => Mounts(yaml),
            (ConfigVolume, [$"- mountPath: {SharedFiles.Directory}", $"  name: {ConfigVolume}", "  readOnly: true"]),
            (SocketVolume, [$"- mountPath: {socketDirectory}", $"  name: {SocketVolume}"])
        );
        AddNamed(
            yaml,
            () => Volumes(yaml),
            (
                ConfigVolume,
                ["- hostPath:", $"    path: {SharedFiles.Directory}", "    type: Directory", $"  name: {ConfigVolume}"]
            ),
            (
                SocketVolume,
                [
                    "- hostPath:",
                    $"    path: {socketDirectory}",
                    "    type: DirectoryOrCreate",
                    $"  name: {SocketVolume}",
                ]
            )
        );
        return yaml.Bytes();
    }

    /// <summary>The manifest without what <see cref="Edit"/> gave it; the same bytes where nothing is there.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 3: no such manifest.</exception>
    internal static byte[] Restore(byte[] manifest, string path)
    {
        var yaml = new YamlText(manifest, path);
        Drop(
            yaml,
            () => Command(yaml),
            c => c.ToString() == Config + SharedFiles.EncryptionConfig || c.ToString() == Reload
        );
        foreach (var list in new[] { () => Mounts(yaml), () => Volumes(yaml) })
            Drop(yaml, list, v => v is YamlMappingNode m && Text(m, "name") is ConfigVolume or SocketVolume);
        return yaml.Bytes();
    }

    private static void Drop(YamlText yaml, Func<YamlSequenceNode> list, Func<YamlNode, bool> isOurs)
    {
        while (list().Children.FirstOrDefault(isOurs) is { } node)
            yaml.Replace((int)node.Start.Line, yaml.LastLine(node), []);
    }

    private static void AddFlags(YamlText yaml)
    {
        var command = Command(yaml);
        var flags = command.Children.Select(c => c.ToString()).ToList();
        var named = flags.Find(f => f.StartsWith(Config, StringComparison.Ordinal));
        if (named is not null && !string.Equals(named, Config + SharedFiles.EncryptionConfig, StringComparison.Ordinal))
        {
            throw YamlText.Refused(
                $"{yaml.Path} names another encryption configuration, {named[Config.Length..]}",
                "this cluster encrypts already: move its providers into the new configuration first, or its Secrets become unreadable"
            );
        }
        if (named is null)
            yaml.Append(command, $"- {Config}{SharedFiles.EncryptionConfig}");
        if (!flags.Exists(f => f.StartsWith("--encryption-provider-config-automatic-reload", StringComparison.Ordinal)))
            yaml.Append(Command(yaml), $"- {Reload}");
    }

    private static void AddNamed(
        YamlText yaml,
        Func<YamlSequenceNode> sequence,
        params ReadOnlySpan<(string Name, string[] Lines)> items
    )
    {
        foreach (var (name, lines) in items)
        {
            var names = sequence().Children.OfType<YamlMappingNode>().Select(m => Text(m, "name"));
            if (!names.Contains(name, StringComparer.Ordinal))
                yaml.Append(sequence(), lines);
        }
    }

    private static YamlSequenceNode Command(YamlText yaml) => yaml.Get<YamlSequenceNode>(ApiServer(yaml), "command");

    private static YamlSequenceNode Mounts(YamlText yaml) =>
        yaml.Get<YamlSequenceNode>(ApiServer(yaml), "volumeMounts");

    private static YamlSequenceNode Volumes(YamlText yaml) => yaml.Get<YamlSequenceNode>(Spec(yaml), "volumes");

    private static YamlMappingNode Spec(YamlText yaml) => yaml.Get<YamlMappingNode>(yaml.Root, "spec");

    private static YamlMappingNode ApiServer(YamlText yaml) =>
        yaml.Get<YamlSequenceNode>(Spec(yaml), "containers")
            .Children.OfType<YamlMappingNode>()
            .FirstOrDefault(c => string.Equals(Text(c, "name"), "kube-apiserver", StringComparison.Ordinal))
        ?? throw YamlText.Refused($"{yaml.Path} has no container kube-apiserver", "name the API server's own manifest");

    private static string? Text(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value.ToString() : null;
}
