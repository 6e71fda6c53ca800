using System.Security.Cryptography;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>Makes slots with a fresh salt.</summary>
internal static class NewSlots
{
    /// <summary>What <c>--kdf</c> names.</summary>
    internal static SlotKdf Kdf(string name) =>
        string.Equals(name, InitCommand.Pbkdf2, StringComparison.Ordinal)
            ? SlotKdf.DefaultPbkdf2
            : SlotKdf.DefaultArgon2id;

    /// <summary>A slot that <paramref name="secret"/> opens.</summary>
    internal static Slot Make(
        RingId ring,
        int number,
        SlotKind kind,
        DateTime now,
        SlotKdf kdf,
        SecretBytes secret,
        SecretBytes ringKey
    )
    {
        var salt = RandomNumberGenerator.GetBytes(Slot.SaltSize);
        using var stretched = Argon2.Stretch(kdf, salt, secret);
        return SlotSeal.Close(ring, number, kind, now, kdf, salt, stretched, ringKey);
    }
}
