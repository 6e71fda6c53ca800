namespace EdgeKms.Cluster.Reencrypt;

/// <summary>How a stored object is related to the active key.</summary>
internal enum StoredState
{
    /// <summary>Under the active key.</summary>
    Fresh,

    /// <summary>Under another key of this provider.</summary>
    Stale,

    /// <summary>In the clear.</summary>
    Plain,

    /// <summary>Of another provider, or damaged.</summary>
    Foreign,
}
