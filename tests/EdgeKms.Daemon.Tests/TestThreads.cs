using System.Runtime.CompilerServices;

namespace EdgeKms.Daemon.Tests;

/// <summary>
/// A verb blocks its thread while the daemon in the same process answers it. With a thread for each core, which is where the pool
/// begins, the answer would wait until the pool has grown by one, each half second, and the verb waits for 3 s.
/// </summary>
internal static class TestThreads
{
    private const int Enough = 64;

    [ModuleInitializer]
    internal static void Grow() => ThreadPool.SetMinThreads(Enough, Enough);
}
