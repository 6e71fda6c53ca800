using System.Net.Sockets;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// Address of a KMS plugin's Unix stream socket: an absolute path (at most 107 bytes, Linux's sun_path) or, with a
/// leading '@', a name in the abstract name space. kube-apiserver's "unix://" in front is taken off.
/// </summary>
public sealed class PluginAddress
{
    private const string Scheme = "unix://";

    private PluginAddress(string text) => Text = text;

    /// <summary>The path, or '@' and the name.</summary>
    public string Text { get; }

    public bool IsAbstract => Text[0] == '@';

    /// <summary>
    /// What kube-apiserver before 1.32 and every v1beta1 client sends as ":authority": the percent-encoded path, or
    /// '@' and the name (grpc-go's default authority).
    /// </summary>
    internal string DefaultAuthority => IsAbstract ? Text : Uri.EscapeDataString(Text);

    public static bool TryParse(string text, out PluginAddress? address)
    {
        var bare = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : text;
        bare = bare.StartsWith("/@", StringComparison.Ordinal) ? bare[1..] : bare;
        var ok = bare.Length > 1 || (bare.Length == 1 && bare[0] != '@');
        address = ok ? new PluginAddress(bare.StartsWith('@') ? bare : Path.GetFullPath(bare)) : null;
        return ok;
    }

    /// <summary>Opens one connection.</summary>
    public Task<Socket> ConnectAsync(CancellationToken stop) =>
        UnixConnection.OpenAsync(IsAbstract ? '\0' + Text[1..] : Text, stop);

    public override string ToString() => Text;
}
