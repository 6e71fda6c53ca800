using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>Which encryption configuration the API server gets: the named one, the deployed one, else a generated one.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Generated">What to write there; null for a file that is somebody else's.</param>
internal sealed record EncryptionChoice(string Path, byte[]? Generated)
{
    private const int MaxBytes = 1_048_576;

    /// <param name="named">From the command line; null for none.</param>
    /// <param name="deployed">Where <c>edgekms deploy</c> writes one.</param>
    /// <param name="state">The state directory, for one that is generated.</param>
    /// <param name="settings">Socket, provider name and time-out of one that is generated.</param>
    /// <exception cref="CommandException">Exit code 2 or 9: it can't be read, or can't be made.</exception>
    internal static EncryptionChoice Choose(string? named, string deployed, string state, EdgeKmsSettings settings)
    {
        var path = named is not null ? System.IO.Path.GetFullPath(named) : deployed;
        if (named is not null || File.Exists(path))
        {
            Read(path);
            return new EncryptionChoice(path, Generated: null);
        }
        if (SocketEndpoint.Refuse(settings.KmsSocket) is { } reason)
            throw new CommandException(ExitCode.Usage, reason, "name another socket with --kms-socket");
        var document = new EncryptionConfiguration(
            settings.ProviderName,
            settings.KmsSocket,
            settings.KmsTimeout,
            ["secrets"],
            IdentityPlace.Last
        );
        return new EncryptionChoice(
            System.IO.Path.Combine(state, "encryption-config.yaml"),
            Encoding.UTF8.GetBytes(document.Yaml())
        );
    }

    /// <summary>Whether the file speaks of this socket at all; it is then probably the provider's.</summary>
    internal bool Names(string socketPath) =>
        Generated is not null || Read(Path).Contains(SocketEndpoint.Of(socketPath), StringComparison.Ordinal);

    private static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[MaxBytes];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Usage,
                $"the encryption configuration {path} can't be read: {e.Message}",
                "\"edgekms encryption-config\" prints one; name its file with --encryption-config",
                e
            );
        }
    }
}
