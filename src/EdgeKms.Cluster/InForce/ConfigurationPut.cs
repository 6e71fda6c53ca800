using System.Security.Cryptography;

namespace EdgeKms.Cluster.InForce;

/// <summary>A configuration that lies on disk, and what was known when it was put there.</summary>
/// <param name="Hash">SHA-256 of the file's bytes, as the API server names it: <c>sha256:0f3a…</c> (<see cref="HashOf"/>).</param>
/// <param name="Since">When the file got these bytes: its mtime, which a rename keeps. Not the time of the command: a file that
/// needed no change was taken long before.</param>
/// <param name="HashBefore">The file before; the same as <paramref name="Hash"/> or null where nothing was exchanged.</param>
/// <param name="Before">What the API server said right before the exchange; null where it wasn't asked.</param>
/// <param name="RestartedByUs">True where the API server was restarted after the exchange, and the command for it has ended.</param>
public sealed record ConfigurationPut(
    string Hash,
    DateTimeOffset Since,
    string? HashBefore,
    InForceSample? Before,
    bool RestartedByUs
)
{
    /// <summary>
    /// The file that was known to be in force right before the exchange: what a verdict <see cref="InForceVerdict.Taken"/> was
    /// about. Where the API server names its hash, that. Null: not known, so a reload of the file before could be under way.
    /// </summary>
    public string? InForceBefore { get; init; } = Before?.Hash;

    /// <summary>
    /// How long a reload may take: max(10 s, twice the sum of the providers' timeouts), and loading
    /// (validateNewTransformersHealth; kms-plugin-contract.md 2.14). 30 s are enough for four providers of 3 s.
    /// </summary>
    public TimeSpan LongestReload { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True where it is known that the API server's process sees this very file (its <c>/proc/PID/root</c>). Where
    /// a pod mounts the file and not its directory, it goes on seeing the file before, and its silence says nothing.
    /// </summary>
    public bool IsSeen { get; init; }

    /// <summary>As the API server hashes its file (computeEncryptionConfigHash).</summary>
    public static string HashOf(ReadOnlySpan<byte> file) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(file));

    internal bool IsExchange => HashBefore is not null && HashBefore != Hash;
}
