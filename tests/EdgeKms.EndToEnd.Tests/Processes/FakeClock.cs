namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Another wall clock for one process (libfaketime); durations stay right.</summary>
internal static class FakeClock
{
    private static readonly string? Library = new[]
    {
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    }.FirstOrDefault(File.Exists);

    /// <summary>Skips the test where the library isn't installed.</summary>
    internal static void Require() => Assert.SkipUnless(Library is not null, "needs Debian's package faketime");

    /// <summary>
    /// The environment of a process whose clock is <paramref name="days"/> ahead (or behind); skips the test as <see cref="Require"/>
    /// does, since the clock would be the machine's.
    /// </summary>
    internal static Dictionary<string, string?> DaysAhead(int days)
    {
        Require();
        return new(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = Library,
            ["FAKETIME"] = $"{days:+0;-0}d",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["FAKETIME_DONT_RESET"] = "1",
        };
    }
}
