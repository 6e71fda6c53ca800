using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>The ring of this machine for one command: loaded, locked for a change, and loaded again under the lock.</summary>
internal sealed class RingSession : IDisposable
{
    private readonly EdgeKmsSettings _settings;
    private readonly IDisposable? _held;
    private readonly IoStreams _io;

    private RingSession(EdgeKmsSettings settings, RingFiles files, IDisposable? held, IoStreams io)
    {
        (_settings, Files, _held, _io) = (settings, files, held, io);
        Loaded = files.Store.Load();
    }

    internal RingFiles Files { get; }

    internal LoadedRing Loaded { get; }

    /// <param name="settings">Where the ring is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="readOnly">True: no lock, for <c>--dry-run</c> and for what only looks.</param>
    /// <param name="io">Where it warns and asks.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    internal static async Task<RingSession> OpenAsync(
        EdgeKmsSettings settings,
        TimeProvider time,
        bool readOnly,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        var files = new RingFiles(settings, time);
        files.Store.Load(); // a ring that can't be read says so before anyone waits or is asked for a passphrase
        var held = readOnly ? null : await files.LockAsync(cancellation);
        try
        {
            return new RingSession(settings, files, held, io);
        }
        catch (EdgeKmsException)
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>By the node token; with the administrator's passphrase where one is given or the token opens nothing.</summary>
    internal StoredRing OpenWithTokenOr(string? passphraseFile)
    {
        if (passphraseFile is null)
        {
            try
            {
                return Files.OpenUnattended(Loaded);
            }
            catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
            {
                _io.Error.WriteLine($"edgekms: {e.Detail}: the administrator's passphrase or code is needed");
            }
        }
        using var credential = AdminCredential.Read(passphraseFile, null, _io);
        return Open(credential);
    }

    /// <summary>By the administrator's credential.</summary>
    internal StoredRing Open(AdminCredential credential) =>
        Files.Store.Unseal(Loaded, credential.Unlock(Loaded.Header, CredentialTarget.Ring(TokenOpens)).RingKey);

    private bool TokenOpens()
    {
        try
        {
            Files.OpenUnattended(Loaded);
            return true;
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }

    /// <summary>
    /// A change that may bring a new recovery code: the code is saved before the ring that it opens is made, and taken
    /// back where no ring was.
    /// </summary>
    internal ChangedRing Change(StoredRing before, NewRecoveryCode? code, Func<ChangedRing> write)
    {
        try
        {
            code?.Save();
            return write();
        }
        catch (EdgeKmsException)
        {
            if (!Files.Store.HasAbove(before.Ring.Header.Generation))
                code?.Remove();
            throw;
        }
    }

    /// <summary>Says what failed beside a change, and tells the daemon.</summary>
    /// <returns>True when a daemon serves the new generation.</returns>
    internal bool Announce(ChangedRing changed)
    {
        Reports.Warn(changed, _io);
        var answer = AdminCall.Reload(_settings.AdminSocket);
        if (answer?.Problem is { } problem)
            _io.Warn($"the daemon goes on with the ring before: {problem.Text}");
        return answer is { Problem: null };
    }

    public void Dispose() => _held?.Dispose();
}
