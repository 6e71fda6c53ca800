namespace EdgeKms.Cluster.Reencrypt;

/// <summary>An object that the API server did not store anew.</summary>
/// <param name="Resource">As an EncryptionConfiguration names it.</param>
/// <param name="Namespace">Null outside of namespaces.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">Why, in the API server's words, without values of the object.</param>
public sealed record RefusedObject(string Resource, string? Namespace, string Name, string Message);
