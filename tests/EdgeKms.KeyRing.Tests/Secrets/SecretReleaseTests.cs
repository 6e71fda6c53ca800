using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Ring;
using EdgeKms.KeyRing.Tests.Vectors;

namespace EdgeKms.KeyRing.Tests.Secrets;

[CollectionDefinition(nameof(SecretReleaseTests), DisableParallelization = true)]
public sealed class SecretReleaseRunsAlone;

/// <summary>A call that fails leaves no secret behind for the garbage collector to find some day.</summary>
[Collection(nameof(SecretReleaseTests))]
public sealed class SecretReleaseTests
{
    private const int Calls = 200;

    [Fact]
    public void MistypedRecoveryCode_LeavesNoSecret()
    {
        using var typed = Given.Text("00000");
        Leaves(() => Given.Fails(ErrorCode.RecoveryCodeMistyped, () => RecoveryCode.Read(typed)));
    }

    [Fact]
    public void DamagedToken_LeavesNoSecret()
    {
        var file = Vector.Get("node-token-v1", "secret-with-unused-bits").Bytes("file");
        Leaves(() => Assert.Null(NodeToken.TryParse([.. file])));
    }

    [Fact]
    public void DamagedBody_LeavesNoSecret()
    {
        var file = SealedRing.Seal(Given.RingOfEveryState());
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(Given.Flip(file, file.Length * 8 - 1), out var damaged));
        using var ringKey = Given.Secret("ring key");
        Leaves(() => Assert.Equal(RingOutcome.BodyFailure, damaged!.Open(ringKey, out _)));
    }

    [Fact]
    public void SlotOfAnotherSecret_LeavesNoSecret()
    {
        var slot = Given.NodeSlot(Given.RingId);
        using var stretched = Given.Secret("wrong");
        Leaves(() => Assert.Null(SlotSeal.TryOpen(Given.RingId, slot, stretched)));
    }

    [Fact]
    public void RotationOverTheLimit_LeavesNoSecret()
    {
        var ring = Given.FirstRing().AtGeneration(RingLimits.Generations);
        Leaves(() => Given.Fails(ErrorCode.RingLimit, () => ring.Rotate(Given.Monday, new byte[32])));
    }

    private static void Leaves(Action action)
    {
        action();
        Assert.SkipWhen(Mappings() == 0, "no memfd_secret here: secrets can't be counted in /proc/self/maps");
        var before = Mappings();
        for (var i = 0; i < Calls; i++)
            action();
        Assert.InRange(Mappings() - before, -before, Calls / 4);
    }

    private static int Mappings()
    {
        using var alive = new SecretBytes(1);
        return
            File.ReadLines("/proc/self/maps").Count(l => l.Contains("secretmem", StringComparison.Ordinal))
                is var count
                    and > 0
            ? count
            : 0;
    }
}
