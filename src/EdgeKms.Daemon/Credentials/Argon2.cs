// Purpose:    Argon2id for passphrase slots; not in the base class library.
// References: RFC 9106 (version 0x13), by BouncyCastle.
// Parameters: from the slot, capped by RingLimits; salt 16 bytes, tag 32 bytes.
// Limits:     needs its memory (64 MiB by default) at once: it runs in the short-lived command, never in the daemon.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace EdgeKms.Daemon.Credentials;

/// <summary>Stretches the secret of any slot.</summary>
internal static class Argon2
{
    /// <summary>32 bytes from a secret, as the slot's KDF says.</summary>
    internal static SecretBytes Stretch(SlotKdf kdf, byte[] salt, SecretBytes secret)
    {
        if (kdf is not SlotKdf.Argon2id argon)
            return SlotStretch.TryStretch(kdf, salt, secret)!;
        var generator = new Argon2BytesGenerator();
        generator.Init(
            new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
                .WithVersion(Argon2Parameters.Version13)
                .WithMemoryAsKB(argon.MemoryKiB)
                .WithIterations(argon.Passes)
                .WithParallelism(argon.Lanes)
                .WithSalt(salt)
                .Build()
        );
        var stretched = new SecretBytes(KeyDerivation.KeySize);
        using var from = secret.Lease();
        using var to = stretched.Lease();
        // The library takes arrays: pinned, so that the collector leaves no copy, and cleared.
        var password = GC.AllocateArray<byte>(secret.Length, pinned: true);
        var output = GC.AllocateArray<byte>(KeyDerivation.KeySize, pinned: true);
        try
        {
            from.Span.CopyTo(password);
            generator.GenerateBytes(password, output);
            output.CopyTo(to.Span);
            return stretched;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
            CryptographicOperations.ZeroMemory(output);
        }
    }
}
