using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One element of a list of providers, as we write it: lines of YAML without indentation, or an object of JSON.</summary>
public sealed class ProviderText
{
    private const string InTheClear =
        "# First: everything that is written is stored in the clear. Only on the way out of encryption.";

    private const string StayReadable =
        "# Last: objects that were stored before encryption stay readable, nothing new is stored in the clear.";

    private const string TakeOut = "# Take it out (--identity none) once every object is encrypted.";

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ProviderText(ConfiguredProvider provider, IReadOnlyList<string> lines, string json) =>
        (Provider, Lines, Json) = (provider, lines, json);

    /// <summary>What it says.</summary>
    public ConfiguredProvider Provider { get; }

    /// <summary>Lines of YAML without indentation; the first begins with <c>- </c> or is a comment.</summary>
    internal IReadOnlyList<string> Lines { get; }

    /// <summary>The same as JSON on one line, without a space, which YAML takes between brackets as well.</summary>
    internal string Json { get; }

    /// <summary>A KMS v2 provider. Texts are quoted: a provider may be named "1" or "no".</summary>
    public static ProviderText Kms(string name, string socketPath, TimeSpan timeout)
    {
        var (endpoint, time) = (SocketEndpoint.Of(socketPath), DurationText.Format(timeout));
        return new ProviderText(
            new ConfiguredProvider("kms", name, "v2", endpoint) { Timeout = time },
            [
                "- kms:",
                "    # Not v1: that is what kube-apiserver takes when this line is missing.",
                "    apiVersion: v2",
                "    # Stored with every object; it can't be changed later.",
                $"    name: \"{name}\"",
                $"    endpoint: \"{endpoint}\"",
                $"    timeout: {time}",
            ],
            ObjectOf(
                "kms",
                json =>
                {
                    json.WriteString("apiVersion", "v2");
                    json.WriteString("name", name);
                    json.WriteString("endpoint", endpoint);
                    json.WriteString("timeout", time);
                }
            )
        );
    }

    /// <summary>A provider with one new key of 32 bytes, which only the file will hold.</summary>
    /// <param name="kind"><c>aescbc</c> or <c>secretbox</c>.</param>
    /// <param name="keyName">Stored with every object.</param>
    /// <param name="key">32 bytes.</param>
    public static ProviderText Local(string kind, string keyName, ReadOnlySpan<byte> key)
    {
        var text = Convert.ToBase64String(key);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return new ProviderText(
            new ConfiguredProvider(kind, null, null, null) { Keys = [new ConfiguredKey(keyName, digest, key.Length)] },
            [$"- {kind}:", "    keys:", $"      - name: \"{keyName}\"", $"        secret: \"{text}\""],
            ObjectOf(
                kind,
                json =>
                {
                    json.WriteStartArray("keys");
                    json.WriteStartObject();
                    json.WriteString("name", keyName);
                    json.WriteString("secret", text);
                    json.WriteEndObject();
                    json.WriteEndArray();
                }
            )
        );
    }

    /// <summary>The provider that stores in the clear, with a comment that says what its place means.</summary>
    public static ProviderText Identity(bool isFirst) =>
        new(
            ConfiguredProvider.Identity,
            isFirst ? [InTheClear, "- identity: {}"] : [StayReadable, TakeOut, "- identity: {}"],
            """{"identity":{}}"""
        );

    /// <summary>A provider that another file has, as it stands there.</summary>
    internal static ProviderText Copy(ConfiguredProvider provider, string json) => new(provider, ["- " + json], json);

    /// <summary>Comments of ours, which are not true any more at another place.</summary>
    internal static bool IsOwnComment(string line) => line.Trim() is InTheClear or StayReadable or TakeOut;

    /// <summary>Comments inside a provider of ours, which go with it.</summary>
    internal static bool IsOwnInnerComment(string comment) =>
        comment
            is "# Not v1: that is what kube-apiserver takes when this line is missing."
                or "# Stored with every object; it can't be changed later.";

    private static string ObjectOf(string kind, Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_json))
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            members(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
