namespace EdgeKms.Daemon.Sockets;

/// <summary>Which of the two sockets a connection came in by; a feature of the connection.</summary>
internal sealed record Surface(string Name)
{
    internal static readonly Surface Kms = new("kms");
    internal static readonly Surface Admin = new("admin");
}
