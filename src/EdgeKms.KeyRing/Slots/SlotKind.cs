namespace EdgeKms.KeyRing.Slots;

/// <summary>What opens a slot.</summary>
public enum SlotKind
{
    /// <summary>The administrator's passphrase.</summary>
    Admin,

    /// <summary>The recovery code, shown once at init.</summary>
    Recovery,

    /// <summary>The node token: a random secret in a file that only root can read.</summary>
    Node,
}
