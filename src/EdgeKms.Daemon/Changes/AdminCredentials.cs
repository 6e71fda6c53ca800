using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Changes;

/// <summary>
/// The credentials that an administrator has for a ring whose newest generation can't be opened: the passphrase of today may not
/// open an older one, so several are tried. From the files that were named, one after the other; else from the terminal.
/// </summary>
internal sealed class AdminCredentials(string? passphraseFile, string? recoveryCodeFile, IoStreams io)
{
    /// <summary>A person is asked this often.</summary>
    private const int Tries = 3;

    /// <summary>True where the person can be asked once more.</summary>
    internal bool AreAsked => passphraseFile is null && recoveryCodeFile is null;

    /// <summary>The one that opens a ring; the last where none does, for its words.</summary>
    internal AdminCredential For(RingHeader ring)
    {
        if (passphraseFile is null || recoveryCodeFile is null)
            return One();
        var passphrase = AdminCredential.Read(passphraseFile, null, io);
        if (passphrase.TryUnlock(ring) is not null)
            return passphrase;
        passphrase.Dispose();
        return AdminCredential.Read(null, recoveryCodeFile, io);
    }

    /// <summary>Each, for the caller to dispose; it stops asking when one fits.</summary>
    internal IEnumerable<AdminCredential> All()
    {
        if (AreAsked)
        {
            for (var i = 0; i < Tries; i++)
                yield return One();
            yield break;
        }
        if (passphraseFile is not null)
            yield return AdminCredential.Read(passphraseFile, null, io);
        if (recoveryCodeFile is not null)
            yield return AdminCredential.Read(null, recoveryCodeFile, io);
    }

    private AdminCredential One() => AdminCredential.Read(passphraseFile, recoveryCodeFile, io);
}
