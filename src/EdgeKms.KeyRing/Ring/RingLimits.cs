namespace EdgeKms.KeyRing.Ring;

/// <summary>Caps that are checked before anything is allocated or computed.</summary>
public static class RingLimits
{
    /// <summary>Largest ring file, in bytes.</summary>
    public const int FileBytes = 1_048_576;

    /// <summary>
    /// KEKs up to which a rotation finds room: 30 days each, 336 years; one each hour, 170 days. Destroyed ones don't count.
    /// </summary>
    public const int Keys = 4_096;

    /// <summary>KEKs above <see cref="Keys"/> for what must work on a full ring: restore, an accepted rollback, the removal of a slot.</summary>
    public const int ReservedKeys = 256;

    /// <summary>Key lines of a ring file: at most 670,208 bytes with their KEKs.</summary>
    public const int FileKeys = Keys + ReservedKeys;

    public const int Slots = 16;

    /// <summary>Longest header line, in bytes with its newline.</summary>
    public const int LineBytes = 320;

    /// <summary>Highest generation: eight digits of a file name.</summary>
    public const int Generations = 99_999_999;

    /// <summary>Most memory of Argon2id, in KiB (1 GiB), so that a forged header can't exhaust the machine.</summary>
    public const int Argon2MemoryKiB = 1_048_576;

    public const int Argon2Passes = 16;

    public const int Argon2Lanes = 8;

    public const int Pbkdf2Iterations = 10_000_000;

    /// <summary>Generations kept on disk for repair.</summary>
    public const int KeptGenerations = 16;
}
