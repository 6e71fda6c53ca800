using System.Globalization;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Slots;

/// <summary>How a slot's secret becomes 32 bytes. A closed set: an unknown name means a newer EdgeKms.</summary>
public abstract record SlotKdf
{
    private SlotKdf() { }

    /// <summary>Name and parameters as the ring file writes them.</summary>
    public abstract string Text { get; }

    /// <summary>Default of <c>init</c>: 64 MiB, 3 passes, 1 lane (RFC 9106 section 4, second choice, with one lane).</summary>
    public static SlotKdf DefaultArgon2id { get; } = new Argon2id(65_536, 3, 1);

    /// <summary>Choice for FIPS sites: 210,000 iterations (OWASP's figure for HMAC-SHA-512).</summary>
    public static SlotKdf DefaultPbkdf2 { get; } = new Pbkdf2Sha512(210_000);

    /// <summary>Null when the text isn't a known KDF with parameters inside <see cref="RingLimits"/>.</summary>
    public static SlotKdf? TryParse(string text, out bool overLimit)
    {
        overLimit = false;
        if (text is "hkdf-sha256")
            return new HkdfSha256();
        var parts = text.Split(':');
        if (parts.Length != 2)
            return null;
        var numbers = new List<int>();
        foreach (var part in parts[1].Split(','))
        {
            if (part.Length == 0 || part[0] == '0' || part.AsSpan().ContainsAnyExceptInRange('0', '9'))
                return null;
            // A number beyond 32 bits is over every cap.
            numbers.Add(
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : int.MaxValue
            );
        }
        SlotKdf? kdf = (parts[0], numbers.Count) switch
        {
            ("argon2id", 3) => new Argon2id(numbers[0], numbers[1], numbers[2]),
            ("pbkdf2-sha512", 1) => new Pbkdf2Sha512(numbers[0]),
            _ => null,
        };
        overLimit = kdf switch
        {
            Argon2id a => a.MemoryKiB > RingLimits.Argon2MemoryKiB
                || a.Passes > RingLimits.Argon2Passes
                || a.Lanes > RingLimits.Argon2Lanes
                || a.MemoryKiB < 8 * a.Lanes, // RFC 9106 section 3.1
            Pbkdf2Sha512 p => p.Iterations > RingLimits.Pbkdf2Iterations,
            _ => false,
        };
        return kdf;
    }

    /// <summary>Argon2id version 1.3 (RFC 9106); tag 32 bytes.</summary>
    public sealed record Argon2id(int MemoryKiB, int Passes, int Lanes) : SlotKdf
    {
        public override string Text =>
            string.Create(CultureInfo.InvariantCulture, $"argon2id:{MemoryKiB},{Passes},{Lanes}");
    }

    /// <summary>PBKDF2-HMAC-SHA-512 (RFC 8018); output 32 bytes.</summary>
    public sealed record Pbkdf2Sha512(int Iterations) : SlotKdf
    {
        public override string Text => string.Create(CultureInfo.InvariantCulture, $"pbkdf2-sha512:{Iterations}");
    }

    /// <summary>HKDF-Extract with SHA-256 (RFC 5869): for secrets of 160 bits and more that need no stretching.</summary>
    public sealed record HkdfSha256 : SlotKdf
    {
        public override string Text => "hkdf-sha256";
    }
}
