using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Commands.Slots;

/// <summary><c>slot list</c>: as the ring's header says, so it works with a sealed ring.</summary>
internal static class SlotListRun
{
    internal static int Run(EdgeKmsSettings settings, TimeProvider time, IoStreams io, OutputFormat output)
    {
        var header = RingStore.Open(settings.StateDirectory, time).Load().Header;
        SlotOutput.Print(SlotOutput.Unchanged(header, null, null, dryRun: false), output, io);
        return 0;
    }
}
