namespace EdgeKms.Cluster.ApiServer;

/// <summary>Whether a process can connect to a Unix socket of this machine.</summary>
public abstract record SocketReach
{
    private SocketReach() { }

    /// <summary>It can.</summary>
    public sealed record Reachable : SocketReach;

    /// <summary>It can't.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Hint">What to do about it, whatever configuration lies on disk.</param>
    public sealed record Unreachable(string Reason, string Hint) : SocketReach;

    /// <summary>This user may not know.</summary>
    /// <param name="Reason">Why not.</param>
    public sealed record CannotTell(string Reason) : SocketReach;
}
