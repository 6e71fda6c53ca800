using System.Security.Cryptography;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>All that was ever announced and stored; what must never happen is found here.</summary>
internal sealed class Ledger
{
    private readonly HashSet<string> _announced = [];
    private readonly Dictionary<string, string> _material = [];
    private readonly HashSet<string> _lost = [];
    private readonly HashSet<string> _backedUp = [];
    private readonly List<StoredObject> _objects = [];
    private string? _last;

    /// <summary>Objects that can be read; those of keys that an administrator gave up are not among them.</summary>
    internal IEnumerable<StoredObject> Objects => _objects.Where(o => !_lost.Contains(o.KeyId));

    internal int Announcements => _announced.Count;

    internal int Stored => _objects.Count;

    internal int LostOnPurpose => _objects.Count(o => _lost.Contains(o.KeyId));

    internal void Announce(string keyId)
    {
        if (keyId == _last)
            return;
        if (!_announced.Add(keyId))
            throw new BrokenException($"{keyId} came back after {_last} was announced");
        _last = keyId;
    }

    /// <summary>An id never stands for another key.</summary>
    internal void Know(KekRing ring)
    {
        using var material = ring.LeaseMaterial();
        var kek = material.Span.Slice(ring.Locate(ring.Active.Id.Text), KekRing.KekSize);
        var hash = Convert.ToHexString(SHA256.HashData(kek));
        if (!_material.TryAdd(ring.Active.Id.Text, hash) && _material[ring.Active.Id.Text] != hash)
            throw new BrokenException($"{ring.Active.Id} is another key than before");
    }

    internal void Store(StoredObject stored)
    {
        // One of each seed is enough: all of its objects are readable or none.
        if (_objects.Count == 0 || !ReferenceEquals(_objects[^1].Envelope, stored.Envelope))
            _objects.Add(stored);
    }

    internal void BackedUp(RingHeader header)
    {
        foreach (var key in header.Keys)
            _backedUp.Add(key.Id.Text);
    }

    /// <summary>An administrator carried on from a ring that lacks keys.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="forced">False: it must have every key that there was a backup of.</param>
    internal void GiveUpWhatIsNotIn(KekRing ring, bool forced)
    {
        foreach (var id in _objects.Select(o => o.KeyId).Append(_last!).Distinct())
        {
            if (ring.Locate(id) >= 0 || _lost.Contains(id))
                continue;
            if (!forced && _backedUp.Contains(id))
                throw new BrokenException($"the newest backup lacks {id}, which was backed up");
            _lost.Add(id);
            _backedUp.Remove(id);
        }
    }
}
