namespace EdgeKms.Cli.Reencrypt;

/// <summary>One resource of the report.</summary>
/// <param name="Resource">As an EncryptionConfiguration names it.</param>
/// <param name="Seen">Its objects.</param>
/// <param name="Rewritten">Stored anew.</param>
/// <param name="Fresh">Were under the active key.</param>
/// <param name="Gone">Deleted or written by others meanwhile.</param>
/// <param name="Refused">Not stored by the API server.</param>
internal sealed record ReencryptedResource(string Resource, int Seen, int Rewritten, int Fresh, int Gone, int Refused);
