namespace EdgeKms.KeyRing.RingFile;

/// <summary>A lock held through an open descriptor: the kernel frees it when the process ends, however it ends.</summary>
internal sealed class HeldLock(int descriptor) : IDisposable
{
    private int _descriptor = descriptor;

    public void Dispose()
    {
        var held = Interlocked.Exchange(ref _descriptor, -1);
        if (held >= 0)
            _ = FileCalls.close(held);
    }
}
