using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class SlotChecksTests
{
    [Fact]
    public async Task Administrators_NeitherOfThem_FailsAndDataCanBeLost()
    {
        await using var patient = new Patient();
        patient.Replace();

        var found = patient.Look(SlotChecks.Administrators);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.CanLoseData));
        Assert.Equal(Outcome.Skip, patient.Look(SlotChecks.Strength).Outcome);
    }

    [Theory]
    [InlineData(SlotKind.Admin, "edgekms slot add --recovery")]
    [InlineData(SlotKind.Recovery, "edgekms slot add")]
    public async Task Administrators_OneOfThem_WarnsAndSaysHowToAddTheOther(SlotKind kind, string next)
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(SlotChecks.Administrators).Outcome);
        patient.Replace(patient.Slot(5, kind));

        var found = patient.Look(SlotChecks.Administrators);

        Assert.Equal((Outcome.Warn, next), (found.Outcome, found.Next));
    }

    public static TheoryData<SlotKdf, bool> Kdfs =>
        new()
        {
            { SlotKdf.DefaultArgon2id, true },
            { SlotKdf.DefaultPbkdf2, true },
            { new SlotKdf.Argon2id(65_535, 3, 1), false },
            { new SlotKdf.Argon2id(65_536, 2, 1), false },
            { new SlotKdf.Pbkdf2Sha512(209_999), false },
        };

    [Theory]
    [MemberData(nameof(Kdfs), DisableDiscoveryEnumeration = true)]
    public async Task Strength_OfAPassphrase_IsComparedWithTheDefaults(SlotKdf kdf, bool passes)
    {
        await using var patient = new Patient();
        patient.Replace(patient.Slot(6, SlotKind.Admin, kdf));

        var found = patient.Look(SlotChecks.Strength);

        Assert.Equal(passes ? Outcome.Pass : Outcome.Warn, found.Outcome);
        Assert.Equal(passes ? null : "edgekms slot change-passphrase 6", found.Next);
    }
}
