using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The key ring itself.</summary>
internal static class RingChecks
{
    /// <summary>The daemon looks once a minute, and waits up to an hour after a failure.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    internal static readonly Check Present = new(
        "EK-RING-001",
        "a key ring is there and readable",
        "Without its key ring edgekmsd can unwrap nothing, and no Secret can be read. A missing ring is never replaced by "
            + "a new one: a new ring reads none of the stored objects.",
        CanStop: true,
        CanLose: true,
        IsPresent
    );

    internal static readonly Check Opens = new(
        "EK-RING-002",
        "the newest generation opens and every key passes its self-test",
        "The file was changed since it was written, or a key unwraps nothing. A running daemon goes on with what it has in "
            + "memory; the next start fails.",
        CanStop: true,
        CanLose: true,
        DoesOpen
    );

    internal static readonly Check OlderGenerations = new(
        "EK-RING-003",
        "the older generations on disk are whole",
        "Repair falls back on them when the newest one is damaged. A damaged one is a sign of a failing disk; it goes by "
            + "itself once 16 newer ones are there.",
        CanStop: false,
        CanLose: false,
        AreWhole
    );

    internal static readonly Check Rotation = new(
        "EK-RING-004",
        "the active key is not older than rotation.period and the schedule is not paused",
        "Everything stays readable; one key protects more, and for longer, than was decided.",
        CanStop: false,
        CanLose: false,
        IsOnTime
    );

    internal static readonly Check KeyCount = new(
        "EK-RING-005",
        "the ring has room for more keys",
        "A ring has room for 4096 keys; one that is destroyed frees its place. When it is full nothing breaks, but nothing is rotated "
            + "any more until a retired key is destroyed. Restore, repair and the removal of a slot have room beyond that.",
        CanStop: false,
        CanLose: false,
        machine =>
            machine.Header is { } header
                ? Room(header, machine.Settings.RotationPeriod, machine.Now)
                : KeyCount!.Skip(Machine.NoRing)
    );

    private static Finding IsPresent(Machine machine)
    {
        var verdict = machine.Verdict;
        var isThere = machine.SurveyProblem is null && machine.Header is not null;
        return isThere && verdict.Case is not (RingCase.HeldOther or RingCase.RestoredNotTaken)
            ? Present.Pass(
                Invariant($"a key ring is there: generation {machine.Header!.Generation}, {Keys(machine.Header)}")
            )
            : Present.Fail(verdict.Text, machine.Next, verdict.StopsApiServer, verdict.CanLoseData);
    }

    private static Finding DoesOpen(Machine machine)
    {
        if (machine.Newest is null)
            return Opens.Skip(Machine.NoRing);
        if (machine.TokenProblem is not null)
            return Opens.Skip("the node token does not open it: see EK-NODE-001");
        if (machine.OpenProblem is { } problem)
            return Opens.Fail(problem.Detail!, machine.Next, stops: true, loses: true);
        var ring = machine.Opened!.Ring;
        var bad = KeyWrap.FindBroken(ring);
        return bad is null
            ? Opens.Pass(Invariant($"it opens, and {Keys(ring.Header)} passed the self-test"))
            : Opens.Fail($"the key {bad.Id} failed its self-test", machine.Next, stops: true, loses: true);
    }

    private static Finding AreWhole(Machine machine)
    {
        if (machine.Survey?.Generations is not [_, ..] generations)
            return OlderGenerations.Skip(Machine.NoRing);
        var older = generations.Skip(1).ToList();
        var bad = older
            .Where(g => g.Ring is null || !(IsNamed(g.Ring, generations) || OpensIt(machine, g.Ring)))
            .Where(g => g.Ring is null || generations.Any(next => next.Number == g.Number + 1 && next.Ring is not null))
            .Select(g => Invariant($"{g.Number}"))
            .ToList();
        return bad.Count == 0
            ? OlderGenerations.Pass(
                older.Count == 0
                    ? "there is no older generation yet"
                    : Invariant($"whole: {older.Count} older generations")
            )
            : OlderGenerations.Warn(
                $"damaged, or not of this ring: generation {string.Join(", ", bad)}",
                machine.Files.Backups is null ? "edgekms backup FILE" : "edgekms backup"
            );
    }

    /// <summary>
    /// A generation names the digest of the one that it was made from. That covers those from before a change of the ring
    /// key; the ring key covers those that none was made from, as after an accepted rollback. Where the next one is
    /// damaged nothing is known, and nobody blamed.
    /// </summary>
    private static bool IsNamed(SealedRing ring, IReadOnlyList<RingSurvey.Generation> generations) =>
        generations.Any(g => g.Ring?.Header.Previous is { } previous && previous.AsSpan().SequenceEqual(ring.Digest));

    private static bool OpensIt(Machine machine, SealedRing ring) =>
        machine.RingKey is { } key && ring.Open(key, out _) == RingOutcome.Ok;

    private static Finding IsOnTime(Machine machine)
    {
        if (machine.Header is not { } header)
            return Rotation.Skip(Machine.NoRing);
        var due = RotationPolicy.Due(header, machine.Settings.RotationPeriod);
        if (machine.Settings.RotationPaused)
        {
            return Rotation.Warn(
                $"rotation.paused is true; the active key is due on {UtcText.Format(due)}",
                "edgekms rotate"
            );
        }
        if (machine.Seen is { } seen && machine.Now < seen)
            return Rotation.Skip("the clock is behind the last time seen: see EK-CLOCK-001");
        return machine.Now - Grace < due
            ? Rotation.Pass($"the next rotation is due on {UtcText.Format(due)}")
            : Rotation.Warn(
                $"the active key was due on {UtcText.Format(due)}",
                machine.Daemon is null ? "systemctl start edgekmsd" : "edgekms rotate"
            );
    }

    /// <summary>Warns by date: of a key an hour and of a key a month the last hundred places are not the same.</summary>
    internal static Finding Room(RingHeader header, TimeSpan period, DateTime now)
    {
        var room = RingRoom.Of(header, period, now);
        var count = Invariant($"{room.Keys} of {RingLimits.Keys} keys");
        var oldest = header.Keys.FirstOrDefault(k => k.State == KekState.Retired)?.Id.Text;
        var destroy =
            "edgekms reencrypt; sudo edgekms scan --all -o json > scan.json; "
            + $"sudo edgekms keys destroy {oldest} --evidence scan.json";
        return room.State switch
        {
            RingRoom.Verdict.Full => KeyCount.Fail(
                $"{count}: nothing is rotated until a retired one is destroyed",
                destroy
            ),
            RingRoom.Verdict.Scarce => KeyCount.Warn(
                Invariant(
                    $"{count}: full in {(int)(room.FullOn - now).TotalDays} days at this period, on {UtcText.Format(room.FullOn)}"
                ),
                "raise rotation.period in edgekms.json, then: systemctl restart edgekmsd; or retire the oldest key: "
                    + destroy
            ),
            _ => KeyCount.Pass($"{count}: room until {UtcText.Format(room.FullOn)} at this period"),
        };
    }

    private static string Keys(RingHeader header) =>
        header.Keys.Count == 1 ? "1 key" : Invariant($"{header.Keys.Count} keys");
}
