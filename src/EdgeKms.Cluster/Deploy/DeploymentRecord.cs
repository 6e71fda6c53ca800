using System.Text.Json;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// What was chosen when the deployment was created, in <c>/etc/edgekms/deployment.json</c>: the flag can't be changed
/// afterwards, because a cluster that is switched off in place can't read its Secrets (aks-edge-kms.md P8).
/// </summary>
/// <param name="Kms">On or off.</param>
/// <param name="Target"><c>k3s</c>, <c>kubeadm</c> or <c>local</c>.</param>
/// <param name="ProductVersion">The version that the choice was made for.</param>
public sealed record DeploymentRecord(bool Kms, string Target, string ProductVersion)
{
    public const string Path = "/etc/edgekms/deployment.json";

    /// <summary>The record; null where nothing was deployed.</summary>
    /// <exception cref="CommandException">Exit code 7: it is damaged.</exception>
    public static DeploymentRecord? Read(ImageRoot root)
    {
        if (root.Read(Path) is not { } bytes)
            return null;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var record = json.RootElement;
            return new DeploymentRecord(
                record.GetProperty("kms").GetBoolean(),
                record.GetProperty("target").GetString()!,
                record.GetProperty("productVersion").GetString()!
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException(
                ExitCode.Damaged,
                $"{root.Resolve(Path)}, the record of this deployment, is damaged",
                "compare it with what is deployed; remove it only if nothing is",
                e
            );
        }
    }

    /// <summary>Notes that a migration has changed the choice; where nothing was deployed, nothing is noted.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9: it can't be written.</exception>
    public static void Note(ImageRoot root, bool kms)
    {
        if (Read(root) is { } record && record.Kms != kms)
            new FileTransaction(root).Write((record with { Kms = kms }).Change(root));
    }

    internal FileChange Change(ImageRoot root)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteBoolean("kms", Kms);
            json.WriteString("target", Target);
            json.WriteString("productVersion", ProductVersion);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return new FileChange(Path, root.Read(Path), stream.ToArray(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
