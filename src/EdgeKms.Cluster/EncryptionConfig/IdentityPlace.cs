namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// Where the provider <c>identity</c>, which stores in the clear, stands in the list: the first one writes, all read.
/// </summary>
public enum IdentityPlace
{
    /// <summary>Objects that were stored before encryption stay readable.</summary>
    Last,

    /// <summary>An object in the clear is an error.</summary>
    None,

    /// <summary>Everything that is written is stored in the clear, what is encrypted stays readable.</summary>
    First,
}
