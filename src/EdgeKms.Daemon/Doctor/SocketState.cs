namespace EdgeKms.Daemon.Doctor;

/// <summary>What is at a socket's path.</summary>
internal enum SocketState
{
    Absent,

    /// <summary>A file or directory.</summary>
    Occupied,

    /// <summary>A socket that refuses connections: a dead process left it.</summary>
    Stale,

    Listening,
}
