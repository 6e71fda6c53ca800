namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): one seed, one history, on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    internal int Next(int below) => (int)(Next() % (ulong)below);

    internal bool OneIn(int n) => Next(n) == 0;

    internal TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromSeconds(Next((int)(most - least).TotalSeconds + 1));

    internal T Of<T>(params ReadOnlySpan<T> values) => values[Next(values.Length)];

    private ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
