using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// The current context of a kubeconfig (client-go, tools/clientcmd/api/v1): which API server, whom to trust, and as whom.
/// What would make the request another one than kubectl's is refused, not ignored: programs that give credentials,
/// impersonation, passwords. A class and not a record, since those print what they hold.
/// </summary>
public sealed class KubeConfig
{
    private readonly string? _token;
    private readonly string? _tokenFile;

    private KubeConfig(string path, YamlMap cluster, YamlMap user)
    {
        Path = path;
        Server = ServerOf(cluster);
        ServerName = cluster.Text("tls-server-name");
        Proxy = cluster.Text("proxy-url") is { } proxy ? Address(cluster, "proxy-url", proxy) : null;
        var trustsAnyone = cluster.Flag("insecure-skip-tls-verify");
        var authority = Pem(cluster, "certificate-authority");
        if (trustsAnyone && authority is not null)
            throw cluster.Refuse("insecure-skip-tls-verify and a certificate authority exclude each other");
        RefuseForeign(user);
        var (certificate, key) = (Pem(user, "client-certificate"), Pem(user, "client-key"));
        if (certificate is null != key is null)
            throw user.Refuse("client-certificate and client-key belong together");
        Tls = new ClientTls(authority, certificate, key, trustsAnyone, path);
        _tokenFile = user.Text("tokenFile") is { } file ? Beside(file) : null;
        _token = user.Text("token") is { } token ? Token(token, path) : null;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary><c>http</c> or <c>https</c>; a path may follow the host.</summary>
    public Uri Server { get; }

    /// <summary>Name that the server's certificate must have, where that isn't the host of <see cref="Server"/>.</summary>
    public string? ServerName { get; }

    /// <summary>Proxy for this server; null for the environment's.</summary>
    public Uri? Proxy { get; }

    public ClientTls Tls { get; }

    /// <summary>Reads a file of at most 1 MiB.</summary>
    /// <exception cref="CommandException">Exit code 2: it can't be used, with file and line; 8 or 9: it can't be read.</exception>
    public static KubeConfig Read(string path) => Parse(CappedFile.Read(path), System.IO.Path.GetFullPath(path));

    /// <param name="bytes">The file.</param>
    /// <param name="path">Where it lies: relative names in it start there.</param>
    /// <exception cref="CommandException">As <see cref="Read"/>.</exception>
    public static KubeConfig Parse(ReadOnlySpan<byte> bytes, string path)
    {
        var file = YamlMap.Parse(bytes, path);
        var current = file.Text("current-context") ?? throw file.Refuse("current-context is missing");
        var context = Named(file, "contexts", "context", current);
        var cluster = context.Text("cluster") ?? throw context.Refuse("the context names no cluster");
        var user = context.Text("user") ?? throw context.Refuse("the context names no user");
        return new KubeConfig(path, Named(file, "clusters", "cluster", cluster), Named(file, "users", "user", user));
    }

    /// <summary>The bearer token to send now; null for none. A token file is read each time, since kubelets replace it.</summary>
    /// <exception cref="CommandException">Exit code 2, 8 or 9: the token file can't be used.</exception>
    public string? BearerToken() =>
        _tokenFile is null
            ? _token
            : Token(System.Text.Encoding.UTF8.GetString(CappedFile.Read(_tokenFile)).Trim(), _tokenFile);

    private static YamlMap Named(YamlMap file, string list, string member, string name)
    {
        var found = file.Maps(list).FirstOrDefault(e => string.Equals(e.Text("name"), name, StringComparison.Ordinal));
        return found is null
            ? throw file.Refuse($"{list} has no entry that is named as it should")
            : found.Map(member) ?? throw found.Refuse($"{member} is missing");
    }

    private static Uri ServerOf(YamlMap cluster) =>
        cluster.Text("server") is { } text
            ? Address(cluster, "server", text)
            : throw cluster.Refuse("server is missing");

    private static Uri Address(YamlMap map, string key, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp || key == "proxy-url")
        && uri.UserInfo.Length == 0
        && uri.Host.Length > 0
            ? uri
            : throw map.Refuse($"{key} must be an address that begins with https:// or http://");

    private static void RefuseForeign(YamlMap user)
    {
        foreach (var way in new[] { "exec", "auth-provider" })
        {
            if (user.Has(way))
            {
                throw user.Refuse(
                    $"the user gets credentials from a program ({way}), which edgekms doesn't start: "
                        + "take a kubeconfig with a client certificate or a token"
                );
            }
        }
        foreach (var way in new[] { "username", "password", "as", "as-uid", "as-groups", "as-user-extra" })
        {
            if (user.Has(way))
                throw user.Refuse($"{way} is not supported: take a kubeconfig with a client certificate or a token");
        }
    }

    /// <summary><c>KEY-data</c> in base64, which wins as in client-go, or the file that <c>KEY</c> names.</summary>
    private byte[]? Pem(YamlMap map, string key)
    {
        if (map.Text(key + "-data") is { } data)
        {
            var pem = new byte[data.Length];
            return Convert.TryFromBase64String(data, pem, out var length)
                ? pem[..length]
                : throw map.Refuse($"{key}-data is not base64");
        }
        return map.Text(key) is { } file ? CappedFile.Read(Beside(file)) : null;
    }

    private string Beside(string file) =>
        System.IO.Path.GetFullPath(file, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);

    /// <summary>What HTTP can carry. .NET's own refusal would repeat the token.</summary>
    private static string Token(string token, string origin) =>
        token.Length > 0 && token.All(c => c is > ' ' and < '\x7f')
            ? token
            : throw new CommandException(
                ExitCode.Usage,
                $"{origin}: the token is empty or holds other characters than a token may",
                "correct the file"
            );
}
