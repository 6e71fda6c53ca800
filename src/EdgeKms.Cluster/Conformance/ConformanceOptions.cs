namespace EdgeKms.Cluster.Conformance;

/// <summary>What to check, and how.</summary>
public sealed class ConformanceOptions
{
    /// <summary>Kubernetes 1.32: the first whose v2 client sends ":authority: localhost" (k/k PR 126930).</summary>
    public static readonly Version AuthorityFixed = new(1, 32);

    /// <summary>The plugin's socket.</summary>
    public required PluginAddress Plugin { get; init; }

    /// <summary>Socket of another installation of the same plugin (check 51).</summary>
    public PluginAddress? Other { get; init; }

    /// <summary>Makes the plugin change to a new KEK; <see langword="null"/> skips the checks that need it.</summary>
    public Func<CancellationToken, Task>? Rotate { get; init; }

    /// <summary>
    /// Stops the plugin with SIGTERM and starts it again; <see langword="null"/> skips the checks that need it.
    /// </summary>
    public Func<CancellationToken, Task>? Restart { get; init; }

    /// <summary>Kills the plugin with SIGKILL; <see cref="Restart"/> then starts it.</summary>
    public Func<CancellationToken, Task>? Kill { get; init; }

    /// <summary>The oldest Kubernetes that the plugin must serve: before 1.32 the checks 6 to 8 are rules.</summary>
    public Version Kubernetes { get; init; } = AuthorityFixed;

    /// <summary>What the calls send as ":authority", those of checks 5 to 8 apart.</summary>
    public AuthorityForm Authority { get; init; }

    /// <summary>Deadline of one call; kube-apiserver's default is 3 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a rotation or a restart may take to show.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public CheckSelection Checks { get; init; } = CheckSelection.All;

    /// <summary>Smaller counts, no waiting for a minute.</summary>
    public bool Quick { get; init; }

    /// <summary>A broken S or P rule is a failure too.</summary>
    public bool Strict { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told what the run is doing: position, number of checks, text.</summary>
    public Action<int, int, string>? Progress { get; init; }

    /// <summary>":authority" of the calls; <see langword="null"/> for none.</summary>
    internal string? AuthorityText =>
        Authority switch
        {
            AuthorityForm.Localhost => "localhost",
            AuthorityForm.Encoded => Plugin.DefaultAuthority,
            AuthorityForm.Path => Plugin.Text,
            AuthorityForm.Name => "@edgekms",
            AuthorityForm.Empty => "",
            _ => null,
        };
}
