using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>A node of YAML as JSON on one line, with its plain texts as they are meant.</summary>
internal static class JsonOf
{
    internal static string Node(YamlTreeNode node)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
            Write(json, node);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, YamlTreeNode node)
    {
        switch (node.Kind)
        {
            case YamlKind.Sequence:
                json.WriteStartArray();
                foreach (var item in node.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case YamlKind.Mapping:
                json.WriteStartObject();
                foreach (var (key, value) in node.Members)
                {
                    json.WritePropertyName(key.Text);
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case YamlKind.Scalar when node is { IsPlain: true, Tag: null } && PlainScalar.IsNull(node.Text):
                json.WriteNullValue();
                break;
            case YamlKind.Scalar
                when node is { IsPlain: true, Tag: null } && PlainScalar.Int32(node.Text) is { } number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(node.Text);
                break;
        }
    }
}
