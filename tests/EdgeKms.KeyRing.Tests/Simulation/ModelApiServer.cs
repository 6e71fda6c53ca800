using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>
/// kube-apiserver's state machine for one KMS v2 provider (docs: the plugin contract 2.6): it polls Status every 60 s,
/// every 10 s while that fails; a seed may write for 3 minutes after the last good Status with its key id; a new seed is
/// taken only if Encrypt answers with the id of the Status before; without any seed nothing can even be read.
/// </summary>
internal sealed class ModelApiServer(ModelClock clock, Ledger ledger)
{
    private static readonly TimeSpan SeedLife = TimeSpan.FromMinutes(3);
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(60);

    private readonly HashSet<byte[]> _cache = new(ReferenceEqualityComparer.Instance);
    private StoredObject? _state;
    private TimeSpan _expires;

    internal bool HasSeed => _state is not null;

    internal string? KeyId => _state?.KeyId;

    /// <summary>Another process: no seed, nothing cached.</summary>
    internal void Restart()
    {
        _state = null;
        _cache.Clear();
    }

    /// <summary>One check.</summary>
    /// <param name="daemon">The plugin; null when it doesn't run.</param>
    /// <param name="between">What happens between Status and Encrypt.</param>
    /// <returns>True when it was good.</returns>
    internal bool Check(ModelDaemon? daemon, Action? between = null)
    {
        try
        {
            var keyId = daemon?.Status();
            if (keyId is null)
                return false;
            ledger.Announce(keyId);
            var expires = clock.True + SeedLife;
            if (_state?.KeyId == keyId)
            {
                _expires = expires;
                return true;
            }
            between?.Invoke();
            var seed = RandomNumberGenerator.GetBytes(32);
            var (envelope, under) = daemon!.Encrypt(seed);
            if (under != keyId)
                throw new BrokenException($"Status announced {keyId}, Encrypt used {under}: the seed is thrown away");
            (_state, _expires) = (new StoredObject(keyId, envelope, seed), expires);
            _cache.Add(envelope);
            return true;
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }

    /// <summary>The polls of a stretch of time in which the plugin answered all of them with the same key.</summary>
    internal void PolledUntilNow(ModelDaemon? daemon, TimeSpan sinceLastPoll)
    {
        if (daemon?.Serving?.Ring.Active.Id.Text == _state?.KeyId && _state is not null)
            _expires = clock.True - (sinceLastPoll < Poll ? sinceLastPoll : Poll) + SeedLife;
    }

    /// <summary>Stores an object, if it may.</summary>
    internal bool Write()
    {
        if (_state is null || clock.True > _expires)
            return false;
        ledger.Store(_state);
        return true;
    }

    /// <summary>Reads an object, by the cache or by the plugin.</summary>
    internal bool Read(ModelDaemon? daemon, StoredObject stored)
    {
        if (_state is null)
            return false;
        if (_cache.Contains(stored.Envelope))
            return true;
        try
        {
            if (daemon is null || !daemon.Decrypt(stored.KeyId, stored.Envelope).AsSpan().SequenceEqual(stored.Seed))
                return false;
            _cache.Add(stored.Envelope);
            return true;
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }
}
