using EdgeKms.KeyRing.Slots;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The administrator's ways into the ring.</summary>
internal static class SlotChecks
{
    internal static readonly Check Administrators = new(
        "EK-SLOT-001",
        "a passphrase slot and a recovery slot exist",
        "They alone open the ring when the node token is lost, and they alone open a backup on another machine.",
        CanStop: false,
        CanLose: true,
        Exist
    );

    internal static readonly Check Strength = new(
        "EK-SLOT-002",
        "passphrases are stretched at least as much as today's defaults demand",
        "Who copies the ring file can try passphrases on it; stretching makes each try expensive.",
        CanStop: false,
        CanLose: false,
        AreStrong
    );

    private static Finding Exist(Machine machine)
    {
        if (machine.Header is not { } header)
            return Administrators.Skip(Machine.NoRing);
        var passphrases = header.Slots.Count(s => s.Kind == SlotKind.Admin);
        var codes = header.Slots.Count(s => s.Kind == SlotKind.Recovery);
        return (passphrases, codes) switch
        {
            (0, 0) => Administrators.Fail(
                "there is neither a passphrase nor a recovery code",
                "edgekms slot add",
                loses: true
            ),
            (0, _) => Administrators.Warn("there is no passphrase", "edgekms slot add"),
            (_, 0) => Administrators.Warn("there is no recovery code", "edgekms slot add --recovery"),
            _ => Administrators.Pass(Invariant($"passphrase slots: {passphrases}; recovery slots: {codes}")),
        };
    }

    private static Finding AreStrong(Machine machine)
    {
        if (machine.Header is not { } header)
            return Strength.Skip(Machine.NoRing);
        var passphrases = header.Slots.Where(s => s.Kind == SlotKind.Admin).ToList();
        if (passphrases.Count == 0)
            return Strength.Skip("there is no passphrase slot: see EK-SLOT-001");
        return passphrases.FirstOrDefault(s => !IsStrong(s.Kdf)) is { } weak
            ? Strength.Warn(
                Invariant($"slot {weak.Number} has {weak.Kdf.Text}"),
                Invariant($"edgekms slot change-passphrase {weak.Number}")
            )
            : Strength.Pass(string.Join(", ", passphrases.Select(s => Invariant($"slot {s.Number}: {s.Kdf.Text}"))));
    }

    private static bool IsStrong(SlotKdf kdf) =>
        (kdf, SlotKdf.DefaultArgon2id, SlotKdf.DefaultPbkdf2) switch
        {
            (SlotKdf.Argon2id a, SlotKdf.Argon2id least, _) => a.MemoryKiB >= least.MemoryKiB
                && a.Passes >= least.Passes,
            (SlotKdf.Pbkdf2Sha512 p, _, SlotKdf.Pbkdf2Sha512 least) => p.Iterations >= least.Iterations,
            _ => false,
        };
}
