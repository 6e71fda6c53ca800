using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>Surveys to judge, built by hand: generation N of the ring has the keys k1 to kN, unless said otherwise.</summary>
internal static class KnownMachine
{
    internal const string Folder = "/mnt/usb";

    /// <summary>Generations up to <paramref name="newest"/>, all proven, with the checkpoint of the newest; nobody serves.</summary>
    internal static MachineSurvey Whole(int newest = 3) =>
        new()
        {
            StateDirectory = "/var/lib/edgekms",
            Now = Given.Monday.AddDays(100),
            Generations = [.. Enumerable.Range(1, newest).Reverse().Select(n => File(n))],
            Mark = Mark(newest),
            Node = new SurveyedNode(true, "/var/lib/edgekms/node.token", null),
            BackupDirectory = Folder,
        };

    internal static MachineSurvey Served(int newest = 3) => Whole(newest) with { Held = Held(newest) };

    /// <summary>No file, no token, no checkpoint.</summary>
    internal static MachineSurvey Bare { get; } =
        Whole() with
        {
            Generations = [],
            Mark = SurveyedMark.None,
            Node = new SurveyedNode(false, "/var/lib/edgekms/node.token", null),
        };

    internal static RingHeader Header(int generation, int keys = 0, RingId? ring = null)
    {
        ring ??= Given.RingId;
        keys = keys == 0 ? generation : keys;
        var entries = Enumerable
            .Range(1, keys)
            .Select(i => new KekEntry(
                Key(i, ring),
                Given.Monday.AddDays(i),
                Given.Monday.AddDays(i),
                i < keys ? Given.Monday.AddDays(i + 1) : null,
                null
            ));
        return new RingHeader(
            ring,
            generation,
            generation == 1 ? null : Digest(generation - 1),
            Given.Monday.AddDays(generation),
            [.. entries],
            [Given.NodeSlot(ring), Slot(SlotKind.Admin, 2)]
        );
    }

    internal static KeyId Key(int sequence, RingId? ring = null) =>
        KeyId.Derive(sequence, ring ?? Given.RingId, Given.Bytes($"kek {sequence}"));

    internal static byte[] Digest(int generation) => Given.Bytes($"file {generation}");

    internal static SurveyedGeneration File(
        int generation,
        Proof proof = Proof.Proven,
        RingId? ring = null,
        int keys = 0
    ) =>
        new(
            generation,
            Header(generation, keys, ring),
            Digest(generation),
            proof == Proof.Disproven
                ? new SurveyProblem(ErrorCode.RingDamaged, $"generation {generation} is damaged")
                : null,
            proof
        );

    internal static SurveyedGeneration Damaged(int generation, ErrorCode code = ErrorCode.RingDamaged) =>
        new(
            generation,
            null,
            null,
            new SurveyProblem(code, $"/var/lib/edgekms/ring/ring-{generation:D8} is damaged"),
            Proof.Unknown
        );

    internal static SurveyedMark Mark(int generation, Proof proof = Proof.Proven, RingId? ring = null) =>
        new(
            true,
            new Checkpoint(
                ring ?? Given.RingId,
                generation,
                Digest(generation),
                Key(generation, ring),
                Given.Monday.AddDays(99)
            ),
            proof
        );

    internal static HeldRing Held(int generation, RingId? ring = null, int keys = 0) =>
        new(Header(generation, keys, ring), Digest(generation));

    internal static SurveyedBackup Saved(int generation, RingId? ring = null, Proof proof = Proof.Proven) =>
        new($"{Folder}/edgekms-{generation}.backup", Header(generation, 0, ring), proof);

    internal static SurveyedNode NoToken(ErrorCode code = ErrorCode.TokenMissing) =>
        new(code != ErrorCode.TokenMissing, "/var/lib/edgekms/node.token", new SurveyProblem(code, "no node token"));

    /// <summary>A log whose entries are these; each with its generation.</summary>
    internal static AuditFacts Log(params (AuditEvent What, int Generation, int Key)[] entries) =>
        AuditFacts.Gather(
            entries.Select(
                (e, i) =>
                    new AuditRecord(
                        i + 1,
                        Given.Monday,
                        AuditEntry.Of(e.What, Header(e.Generation), e.Key == 0 ? null : Key(e.Key)),
                        new byte[32]
                    )
            )
        );

    /// <summary>As the writer tells a history of rotations.</summary>
    internal static AuditFacts LogOf(int generations) =>
        Log([
            (AuditEvent.RingCreated, 1, 0),
            .. Enumerable.Range(1, generations).Select(g => (AuditEvent.KeyCreated, g, g)),
        ]);

    private static Slot Slot(SlotKind kind, int number) =>
        new(number, kind, Given.Monday, new SlotKdf.HkdfSha256(), new byte[16], new byte[60]);
}
