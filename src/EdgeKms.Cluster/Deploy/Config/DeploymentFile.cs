using System.Text;
using System.Text.Json;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Config;

/// <summary>
/// Reads <c>aksedge-config.json</c> as the published product does: a file or a JSON string, names without regard to case,
/// <c>null</c> is "not set", and what isn't ours is left alone, because the file has a dozen schema versions.
/// </summary>
public static class DeploymentFile
{
    private static readonly string[] Types = ["SingleMachineCluster", "ScalableCluster", "CapiCluster"];

    private static readonly string[] NodeNames = ["LinuxNode", "WindowsNode"];

    /// <summary>Reads a file of at most 1 MiB; <c>-</c> is standard input, for a JSON string: an argument would show what it holds.</summary>
    /// <exception cref="CommandException">Exit code 2: not readable, or as <see cref="Parse"/>.</exception>
    public static DeploymentConfig Read(string path)
    {
        var isInput = string.Equals(path, "-", StringComparison.Ordinal);
        try
        {
            using Stream file = isInput
                ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            // One byte more than allowed is read, whatever length the file system tells: a device tells 0.
            var bytes = new byte[ConfigJson.MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Parse(bytes.AsSpan(0, length), isInput ? "standard input" : path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                ExitCode.Usage,
                Directory.Exists(path) ? $"{path} is a directory" : $"the deployment file {path} can't be read",
                "name the aksedge-config.json of this machine with --config",
                e
            );
        }
    }

    /// <summary>Reads a JSON string, as <c>-JsonConfigString</c> takes one.</summary>
    /// <exception cref="CommandException">As <see cref="Parse"/>.</exception>
    public static DeploymentConfig ReadText(string json) => Parse(Encoding.UTF8.GetBytes(json), "the JSON string");

    /// <summary>Reads bytes.</summary>
    /// <exception cref="CommandException">Exit code 2, with line and path of the field.</exception>
    public static DeploymentConfig Parse(ReadOnlySpan<byte> json, string source)
    {
        var root = ConfigJson.Parse(json, source);
        var plugin = Object(Object(root["Init"], source)["KmsPlugin"], source);
        var enable = plugin["Enable"];
        if (enable.IsSet && enable.Kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw Wrong(
                source,
                enable,
                $"must be true or false, it is {enable.KindText}",
                "write true or false without quotation marks"
            );
        }
        var unknown = plugin.Members.FirstOrDefault(m =>
            !string.Equals(m.Name, "Enable", StringComparison.OrdinalIgnoreCase)
        );
        if (unknown.Value is { } other)
            throw Wrong(source, other, "is not a setting of the KMS plugin", "Init.KmsPlugin has one member, Enable");
        var machines = Array(root["Machines"], source);
        return new DeploymentConfig(
            source,
            enable.IsSet ? enable.Kind == JsonValueKind.True : null,
            enable.Line,
            Type(root["DeploymentType"], source),
            machines.Count,
            machines.Sum(m => Nodes(Object(m, source), source)),
            Object(root["Join"], source).CountSet() > 0
        );
    }

    private static int Nodes(ConfigValue machine, string source) =>
        NodeNames.Count(n => Object(machine[n], source).IsSet);

    private static string? Type(ConfigValue type, string source)
    {
        if (!type.IsSet)
            return null;
        return Types.FirstOrDefault(t => string.Equals(t, type.Text, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong(
                source,
                type,
                "is not a deployment type",
                "it is SingleMachineCluster, ScalableCluster or CapiCluster"
            );
    }

    private static ConfigValue Object(ConfigValue value, string source) =>
        !value.IsSet || value.Kind == JsonValueKind.Object
            ? value
            : throw Wrong(
                source,
                value,
                $"must be an object, it is {value.KindText}",
                "see deploy/aksedge-config.json"
            );

    private static IReadOnlyList<ConfigValue> Array(ConfigValue value, string source) =>
        !value.IsSet || value.Kind == JsonValueKind.Array
            ? value.Items
            : throw Wrong(source, value, $"must be an array, it is {value.KindText}", "see deploy/aksedge-config.json");

    private static CommandException Wrong(string source, ConfigValue value, string message, string hint) =>
        ConfigJson.Wrong(source, value.Line, $"{value.Path} {message}", hint);
}
