using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>Opens the ring of this machine for a command.</summary>
internal static class RingAccess
{
    /// <summary>By the node token, or by the administrator passphrase where one is given or the token opens nothing.</summary>
    internal static SecretBytes ByTokenOrPassphrase(LoadedRing loaded, EdgeKmsSettings settings, string? passphraseFile)
    {
        if (passphraseFile is null)
        {
            try
            {
                return new NodeTokenFile(settings.NodeTokenFile).Unlock(loaded);
            }
            catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
            {
                Console.Error.WriteLine($"edgekms: {e.Detail}: the administrator passphrase is needed");
            }
        }
        return ByPassphrase(loaded, passphraseFile);
    }

    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.PassphraseWrong"/>.</exception>
    internal static SecretBytes ByPassphrase(LoadedRing loaded, string? passphraseFile)
    {
        using var passphrase = SecretSource.Passphrase(passphraseFile);
        return RingUnlock.TryOpen(
                loaded.Sealed,
                SlotKind.Admin,
                slot => Argon2.Stretch(slot.Kdf, slot.Salt, passphrase)
            ) ?? throw new EdgeKmsException(ErrorCode.PassphraseWrong);
    }

    /// <exception cref="EdgeKmsException">RecoveryCodeMistyped or RecoveryCodeWrong.</exception>
    internal static SecretBytes ByRecoveryCode(LoadedRing loaded, string file)
    {
        using var typed = SecretSource.FromFile(file);
        using var secret = RecoveryCode.Read(typed);
        return RingUnlock.TryOpen(loaded.Sealed, SlotKind.Recovery, slot => Argon2.Stretch(slot.Kdf, slot.Salt, secret))
            ?? throw new EdgeKmsException(ErrorCode.RecoveryCodeWrong);
    }
}
