using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>
/// The administrator's passphrase or recovery code: read once, from the file that was named or from the terminal, and
/// tried on as many ring files as need be.
/// </summary>
internal sealed class AdminCredential : IDisposable
{
    private readonly SlotKind _kind;
    private readonly IoStreams _io;
    private (RingHeader Ring, Slot Slot, SecretBytes RingKey)? _opened;

    private AdminCredential(SlotKind kind, SecretBytes secret, IoStreams io) =>
        (_kind, Secret, _io) = (kind, secret, io);

    /// <summary>What the slot's KDF stretches: the passphrase's bytes, or the code's 20.</summary>
    internal SecretBytes Secret { get; }

    /// <summary>From one of the two files; else from the terminal, where an empty passphrase asks for the code.</summary>
    /// <exception cref="EdgeKmsException">PassphraseUnusable or RecoveryCodeMistyped.</exception>
    internal static AdminCredential Read(string? passphraseFile, string? recoveryCodeFile, IoStreams io)
    {
        if (recoveryCodeFile is null)
        {
            var input = new SecretInput(
                "Administrator passphrase (empty: recovery code)",
                KeyCommand.PassphraseFileName,
                passphraseFile
            );
            if (input.TryRead(io) is { } passphrase)
                return new AdminCredential(SlotKind.Admin, passphrase, io);
        }
        // Where the command has no option for a code, the terminal alone takes one.
        var option = io.Typed.Takes(KeyCommand.RecoveryCodeFileName)
            ? KeyCommand.RecoveryCodeFileName
            : KeyCommand.PassphraseFileName;
        using var code = new SecretInput("Recovery code", option, recoveryCodeFile).Read(io);
        return new AdminCredential(SlotKind.Recovery, RecoveryCode.Read(code), io);
    }

    /// <summary>The slot that it opens, and the ring key.</summary>
    /// <param name="ring">What has the slots.</param>
    /// <param name="target">What the ring is, for the hint; null where it has been opened before.</param>
    /// <exception cref="EdgeKmsException">PassphraseWrong or RecoveryCodeWrong.</exception>
    internal (Slot Slot, SecretBytes RingKey) Unlock(RingHeader ring, CredentialTarget? target = null) =>
        TryUnlock(ring) ?? throw Refused(ring, target ?? CredentialTarget.Ring(() => false));

    /// <summary>That it opens none of its slots, and what does.</summary>
    internal EdgeKmsException Refused(RingHeader ring, CredentialTarget target) =>
        target.Refuse(_kind, ring, _io.Typed);

    /// <summary>The ring key alone.</summary>
    /// <inheritdoc cref="Unlock"/>
    internal SecretBytes RingKey(RingHeader ring) => Unlock(ring).RingKey;

    /// <summary>As <see cref="Unlock"/>; null when no slot takes it. Stretching is slow: the last answer is kept.</summary>
    internal (Slot Slot, SecretBytes RingKey)? TryUnlock(RingHeader ring)
    {
        if (_opened is var (known, its, key) && ReferenceEquals(known, ring))
            return (its, key);
        foreach (var slot in ring.Slots.Where(s => s.Kind == _kind))
        {
            using var stretched = Argon2.Stretch(slot.Kdf, slot.Salt, Secret);
            if (SlotSeal.TryOpen(ring.Id, slot, stretched) is not { } ringKey)
                continue;
            _opened = (ring, slot, ringKey);
            return (slot, ringKey);
        }
        return null;
    }

    public void Dispose() => Secret.Dispose();
}
