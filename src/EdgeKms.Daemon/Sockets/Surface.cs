namespace EdgeKms.Daemon.Sockets;

/// <summary>Which of the sockets a connection came in by.</summary>
internal sealed record Surface(string Name)
{
    internal static readonly Surface Kms = new("kms");
    internal static readonly Surface Admin = new("admin");

    /// <summary>Status and metrics, for a group.</summary>
    internal static readonly Surface Observer = new("observer");
}
