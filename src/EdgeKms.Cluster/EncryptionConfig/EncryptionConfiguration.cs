using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// kube-apiserver's EncryptionConfiguration with one KMS v2 provider. It is decoded strictly, so nothing but known
/// fields is written; <c>cachesize</c> would be an error for v2.
/// </summary>
/// <param name="ProviderName">Part of every stored object's prefix: 1 to 63 letters, digits, '-', '.', '_'.</param>
/// <param name="SocketPath">Absolute path that <see cref="SocketEndpoint.Refuse"/> lets pass.</param>
/// <param name="Timeout">Of each call; above zero.</param>
/// <param name="Resources">A list that <see cref="ResourceRules.Refuse"/> lets pass.</param>
/// <param name="Identity">Where objects in the clear are allowed.</param>
public sealed record EncryptionConfiguration(
    string ProviderName,
    string SocketPath,
    TimeSpan Timeout,
    IReadOnlyList<string> Resources,
    IdentityPlace Identity
)
{
    private const string ApiVersion = "apiserver.config.k8s.io/v1";

    /// <summary>
    /// YAML with a comment where the reader has to know why. Texts are quoted: a provider may be named "1" or "no".
    /// </summary>
    public string Yaml()
    {
        var yaml = new StringBuilder();
        void Line(string text) => yaml.Append(text).Append('\n');
        void Provider(ProviderText provider)
        {
            foreach (var line in provider.Lines)
                Line("      " + line);
        }

        Line("# kube-apiserver --encryption-provider-config=FILE --encryption-provider-config-automatic-reload=true");
        Line($"apiVersion: {ApiVersion}");
        Line("kind: EncryptionConfiguration");
        Line("resources:");
        Line("  - resources:");
        foreach (var resource in Resources)
            Line($"      - \"{resource}\"");
        Line("    providers:");
        if (Identity == IdentityPlace.First)
            Provider(ProviderText.Identity(isFirst: true));
        Provider(ProviderText.Kms(ProviderName, SocketPath, Timeout));
        if (Identity == IdentityPlace.Last)
            Provider(ProviderText.Identity(isFirst: false));
        return Checked(yaml.ToString());
    }

    /// <summary>The same as JSON, which kube-apiserver reads as well; with a final newline.</summary>
    public string Json()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", ApiVersion);
            json.WriteString("kind", "EncryptionConfiguration");
            json.WriteStartArray("resources");
            json.WriteStartObject();
            json.WriteStartArray("resources");
            foreach (var resource in Resources)
                json.WriteStringValue(resource);
            json.WriteEndArray();
            json.WriteStartArray("providers");
            if (Identity == IdentityPlace.First)
                WriteIdentity(json);
            json.WriteStartObject();
            json.WriteStartObject("kms");
            json.WriteString("apiVersion", "v2");
            json.WriteString("name", ProviderName);
            json.WriteString("endpoint", SocketEndpoint.Of(SocketPath));
            json.WriteString("timeout", DurationText.Format(Timeout));
            json.WriteEndObject();
            json.WriteEndObject();
            if (Identity == IdentityPlace.Last)
                WriteIdentity(json);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Checked(Encoding.UTF8.GetString(stream.ToArray()) + "\n");
    }

    /// <summary>Nothing is written that kube-apiserver would refuse.</summary>
    /// <exception cref="CommandException">Exit code 2: a setting makes it one.</exception>
    private string Checked(string text) =>
        EncryptionFile.Parse(Encoding.UTF8.GetBytes(text), "the configuration").Refusal() is { } reason
            ? throw new CommandException(
                ExitCode.Usage,
                $"kube-apiserver would refuse this configuration: {reason}",
                "correct the settings in edgekms.json, or the options"
            )
            : text;

    private static void WriteIdentity(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("identity");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
