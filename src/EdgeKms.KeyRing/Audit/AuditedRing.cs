using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Audit;

/// <summary>What the log's entries of one ring say.</summary>
public sealed class AuditedRing
{
    private readonly HashSet<KeyId> _keys = [];
    private readonly Dictionary<KeyId, int> _created = [];
    private readonly HashSet<int> _restored = [];
    private readonly HashSet<int> _chosen = [];

    internal AuditedRing(RingId id) => Id = id;

    public RingId Id { get; }

    /// <summary>True where an entry tells of the ring's making.</summary>
    public bool IsMadeHere { get; private set; }

    /// <summary>Of the newest entry that has one; null where none has.</summary>
    public int? LastGeneration { get; private set; }

    public int? LowestGeneration { get; private set; }

    /// <summary>
    /// Not always <see cref="LastGeneration"/>: a daemon that has not reloaded yet tells of the generation in its memory
    /// after a command has told of the next one.
    /// </summary>
    public int? HighestGeneration { get; private set; }

    /// <summary>
    /// The highest generation that is told since an administrator last chose one: a restore, or a rollback that was accepted.
    /// What was used before that choice is given up, and proves nothing against the ring that is here.
    /// </summary>
    public int? Used { get; private set; }

    /// <summary>The key whose making was told last: the active key of the newest generation; null where none is told.</summary>
    public KeyId? LastCreated { get; private set; }

    /// <summary>Every key that an entry names.</summary>
    public IReadOnlySet<KeyId> Keys => _keys;

    /// <summary>The keys whose making is told, and the generation that made each (0: not told).</summary>
    public IReadOnlyDictionary<KeyId, int> Created => _created;

    /// <summary>Generations that a backup was restored as.</summary>
    public IReadOnlySet<int> Restored => _restored;

    /// <summary>Generations that an administrator chose: by a restore, or by accepting a rollback.</summary>
    public IReadOnlySet<int> Chosen => _chosen;

    internal void Take(AuditEntry entry)
    {
        if (entry.Generation is { } generation)
        {
            LastGeneration = generation;
            LowestGeneration = Math.Min(LowestGeneration ?? generation, generation);
            HighestGeneration = Math.Max(HighestGeneration ?? generation, generation);
            if (entry.Event == AuditEvent.Restored)
                _restored.Add(generation);
            var isChosen = entry.Event is AuditEvent.Restored or AuditEvent.RollbackAccepted;
            if (isChosen)
                _chosen.Add(generation);
            // A repair and a choice leave behind what was before; what they made themselves is told just before them.
            if (
                (isChosen || entry.Event == AuditEvent.Repaired)
                && (LastCreated is null || _created[LastCreated] != generation)
            )
                LastCreated = null;
            Used =
                isChosen || entry.Event == AuditEvent.Repaired ? generation : Math.Max(Used ?? generation, generation);
        }
        if (entry.Key is { } key)
        {
            _keys.Add(key);
            if (entry.Event == AuditEvent.KeyCreated)
            {
                _created.TryAdd(key, entry.Generation ?? 0);
                LastCreated = key;
            }
        }
        IsMadeHere |= entry.Event == AuditEvent.RingCreated;
    }
}
