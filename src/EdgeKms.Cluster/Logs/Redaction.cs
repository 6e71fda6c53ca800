using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Deploy.Config;
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

    /// <summary>An EncryptionConfiguration without its keys: the value of every <c>secret</c>.</summary>
    public static string EncryptionConfig(string yaml) =>
        string.Join(
            '\n',
            yaml.Split('\n')
                .Select(line =>
                    line.IndexOf("secret:", StringComparison.OrdinalIgnoreCase) is >= 0 and var at
                        ? $"{line[..at]}secret: {Removed}"
                        : line
                )
        );

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
