using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Logs;

/// <summary>Configuration files without what must not leave the machine.</summary>
public static class Redaction
{
    private const string Removed = "(removed)";

    /// <summary>
    /// Texts of a deployment file that are shown (aks-edge-kms.md 1.5). All others are taken out: a name that nobody knows
    /// may hold a secret.
    /// </summary>
    private static readonly HashSet<string> s_shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "SchemaVersion",
        "Version",
        "DeploymentType",
        "ServiceIPRangeStart",
        "ClusterName",
        "Location",
        "ControlPlaneEndpointIp",
        "NetworkPlugin",
        "Ip4GatewayAddress",
        "Ip4AddressPrefix",
        "Ip4Address",
        "AdapterName",
        "MacAddress",
    };

    /// <summary>Members of an EncryptionConfiguration whose texts are shown: none of them can be a key.</summary>
    private static readonly HashSet<string> s_configured = new(StringComparer.Ordinal)
    {
        "kind",
        "apiVersion",
        "name",
        "endpoint",
        "timeout",
        "cachesize",
    };

    /// <summary>
    /// An EncryptionConfiguration as JSON without its keys, in whatever form of YAML or JSON it is written: what isn't known to hold none
    /// is taken out.
    /// </summary>
    /// <exception cref="CommandException">
    /// Exit code 3: it is one that a migration kept, which nobody needs to find a fault; 2: it can't be read as one.
    /// </exception>
    public static string EncryptionConfig(byte[] bytes, string path)
    {
        if (Path.GetFileName(path).Contains(".before-migration", StringComparison.Ordinal))
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{path} is a copy that a migration kept, with keys that are in no file of the cluster any more: it is not collected",
                "name the API server's own file with --encryption-config"
            );
        }
        var file = YamlMap.Parse(bytes, path);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            Texts(writer, file, "resources");
            writer.WriteStartArray("resources");
            foreach (var entry in file.Maps("resources"))
                Entry(writer, entry);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Entry(Utf8JsonWriter writer, YamlMap entry)
    {
        writer.WriteStartObject();
        Texts(writer, entry, "resources", "providers");
        writer.WriteStartArray("resources");
        foreach (var resource in entry.Texts("resources"))
            writer.WriteStringValue(resource);
        writer.WriteEndArray();
        writer.WriteStartArray("providers");
        foreach (var provider in entry.Maps("providers"))
        {
            writer.WriteStartObject();
            foreach (var kind in provider.Keys())
            {
                writer.WriteStartObject(kind);
                if (provider.Map(kind) is { } inner)
                {
                    Texts(writer, inner, "keys");
                    Keys(writer, inner.Maps("keys"));
                }
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Keys(Utf8JsonWriter writer, IReadOnlyList<YamlMap> keys)
    {
        if (keys.Count == 0)
            return;
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            Texts(writer, key);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Each member: those that are known with their text, the others without.</summary>
    private static void Texts(Utf8JsonWriter writer, YamlMap map, params ReadOnlySpan<string> apart)
    {
        foreach (var member in map.Keys())
        {
            if (!apart.Contains(member))
                writer.WriteString(member, s_configured.Contains(member) ? map.Text(member) : Removed);
        }
    }

    /// <summary>A deployment file; its numbers, its truth values and the texts that are known to hold no secret.</summary>
    /// <exception cref="CommandException">Exit code 2: it isn't one.</exception>
    public static string DeploymentFile(byte[] json, string path)
    {
        var root = ConfigJson.Parse(json, path);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            Write(writer, root, "");
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter writer, ConfigValue value, string name)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (member, inner) in value.Members)
                {
                    writer.WritePropertyName(member);
                    Write(writer, inner, member);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                    Write(writer, item, name);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when s_shown.Contains(name):
                writer.WriteStringValue(value.Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(value.Kind == JsonValueKind.True);
                break;
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(Removed);
                break;
        }
    }
}
