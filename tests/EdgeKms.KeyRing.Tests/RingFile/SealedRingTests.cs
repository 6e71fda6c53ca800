using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.RingFile;

public sealed class SealedRingTests
{
    private static readonly byte[] Nonce = Given.Bytes("nonce")[..12];
    private static readonly byte[] File = SealedRing.Seal(Given.RingOfEveryState(), Nonce);

    [Property(MaxTest = 60)]
    public void Ring_ParsedOpenedAndWritten_GivesTheSameBytes(int seed)
    {
        var file = SealedRing.Seal(RandomRing(new Random(seed)), Nonce);
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(file, out var parsed));
        Assert.Equal(RingOutcome.Ok, parsed!.Open(Given.Secret("ring key"), out var ring));
        Assert.Equal(file, SealedRing.Seal(ring!, Nonce));
    }

    [Fact]
    public void Seal_OfOneRingTwice_GivesOtherBodies() =>
        Assert.NotEqual(SealedRing.Seal(Given.RingOfEveryState()), SealedRing.Seal(Given.RingOfEveryState()));

    [Fact]
    public void File_CutAtEveryLength_IsRefusedWithAnOutcome()
    {
        Assert.Equal(RingOutcome.Ok, Read(File));
        for (var length = 0; length < File.Length; length++)
        {
            Assert.NotEqual(RingOutcome.Ok, Read(File[..length]));
            Assert.NotEqual(RingOutcome.Ok, Read(File[(length + 1)..]));
        }
    }

    [Fact]
    public void File_WithEveryBitFlipped_IsRefusedWithAnOutcome()
    {
        var outcomes = new HashSet<RingOutcome>();
        for (var bit = 0; bit < File.Length * 8; bit++)
            outcomes.Add(Read(Given.Flip(File, bit)));
        Assert.DoesNotContain(RingOutcome.Ok, outcomes);
        Assert.Contains(RingOutcome.HeaderFailure, outcomes);
        Assert.Contains(RingOutcome.MacFailure, outcomes);
        Assert.Contains(RingOutcome.BodyFailure, outcomes);
    }

    [Fact]
    public void Parse_OfARandomFile_NeverThrows()
    {
        var random = new Random(4711);
        for (var i = 0; i < 2_000; i++)
        {
            var file = File.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                file[random.Next(file.Length)] = (byte)(
                    random.Next(2) == 0 ? random.Next(256) : "\n -019kslmz"[random.Next(11)]
                );
            Assert.True(file.AsSpan().SequenceEqual(File) || Read(file) != RingOutcome.Ok, $"seed 4711, file {i}");
        }
    }

    [Fact]
    public void Parse_OverTheSizeOrKeyLimit_IsALimit()
    {
        byte[] atLimit = [.. File, .. new byte[RingLimits.FileBytes - File.Length]];
        Assert.Equal(RingOutcome.BodyFailure, Read(atLimit));
        Assert.Equal(RingOutcome.Limit, Read([.. atLimit, 0]));
        Assert.Equal(RingOutcome.Ok, Read(WithKeys(RingLimits.FileKeys)));
        Assert.Equal(RingOutcome.Limit, Read(WithKeys(RingLimits.FileKeys + 1)));
    }

    [Fact]
    public void Parse_OfALineAtAndOverItsLimit_IsALimitOnlyOver()
    {
        var text = Encoding.ASCII.GetString(File);
        string With(int length) => text.Replace("\nwritten ", $"\nx{new string('y', length - 2)}\nwritten ");
        Assert.Equal(RingOutcome.HeaderFailure, Read(Encoding.ASCII.GetBytes(With(RingLimits.LineBytes))));
        Assert.Equal(RingOutcome.Limit, Read(Encoding.ASCII.GetBytes(With(RingLimits.LineBytes + 1))));
    }

    public static TheoryData<string> Changes { get; } = new(HeaderChanges().Keys);

    [Theory]
    [MemberData(nameof(Changes))]
    public void Header_WithAFieldChangedUnderTheOldMac_IsAMacFailure(string change)
    {
        var ring = Given.RingOfEveryState();
        var text = RingText.Write(HeaderChanges()[change](ring.Header));
        var old = RingText.Write(ring.Header);
        Assert.NotEqual(old, text);
        Assert.Equal(RingOutcome.MacFailure, Read([.. Encoding.ASCII.GetBytes(text), .. File[old.Length..]]));
    }

    [Fact]
    public void Body_OfAnotherGeneration_IsABodyFailure()
    {
        var other = SealedRing.Seal(Given.RingOfEveryState(generation: 8), Nonce);
        var body = 12 + 3 * 32 + 16;
        Assert.Equal(RingOutcome.BodyFailure, Read([.. File[..^body], .. other[^body..]]));
        Assert.Equal(RingOutcome.MacFailure, Read(File, "other ring key"));
    }

    private static Dictionary<string, Func<RingHeader, RingHeader>> HeaderChanges() =>
        new()
        {
            ["ring id"] = h => h with { Id = Given.OtherRingId },
            ["generation"] = h => h with { Generation = 6 },
            ["previous"] = h => h with { Previous = Given.Bytes("other") },
            ["written"] = h => h with { Written = h.Written.AddSeconds(1) },
            ["key id"] = h => WithKey(h, 2, k => k with { Id = KeyId.Derive(3, Given.RingId, Given.Bytes("other")) }),
            ["key created"] = h => WithKey(h, 2, k => k with { Created = k.Created.AddDays(1) }),
            ["key activated"] = h => WithKey(h, 2, k => k with { Activated = k.Created }),
            ["key retired"] = h => WithKey(h, 1, k => k with { Retired = k.Created }),
            ["key destroyed"] = h => WithKey(h, 0, k => k with { Destroyed = k.Created }),
            ["tombstone removed"] = h => h with { Keys = [.. h.Keys.Skip(1)] },
            ["slot number"] = h => WithSlot(h, s => s with { Number = 2 }),
            ["slot kind"] = h => WithSlot(h, s => s with { Kind = SlotKind.Admin }),
            ["slot created"] = h => WithSlot(h, s => s with { Created = s.Created.AddDays(1) }),
            ["slot kdf"] = h => WithSlot(h, s => s with { Kdf = SlotKdf.DefaultPbkdf2 }),
            ["slot salt"] = h => WithSlot(h, s => s with { Salt = Given.Flip(s.Salt, 0) }),
            ["slot wrapped"] = h => WithSlot(h, s => s with { Wrapped = Given.Flip(s.Wrapped, 0) }),
            ["slot added"] = h => h with { Slots = [.. h.Slots, Given.NodeSlot(Given.RingId, 2)] },
        };

    private static RingHeader WithKey(RingHeader header, int at, Func<KekEntry, KekEntry> change) =>
        header with
        {
            Keys = [.. header.Keys.Select((k, i) => i == at ? change(k) : k)],
        };

    private static RingHeader WithSlot(RingHeader header, Func<Slot, Slot> change) =>
        header with
        {
            Slots = [change(header.Slots[0])],
        };

    private static RingOutcome Read(byte[] file, string ringKey = "ring key")
    {
        var outcome = SealedRing.Parse(file, out var ring);
        return outcome == RingOutcome.Ok ? ring!.Open(Given.Secret(ringKey), out _) : outcome;
    }

    private static byte[] WithKeys(int count)
    {
        var keks = Enumerable.Range(1, count).Select(i => Given.Bytes($"{i}")).ToArray();
        var keys = keks.Select(
            (k, i) =>
                new KekEntry(
                    KeyId.Derive(i + 1, Given.RingId, k),
                    Given.Monday,
                    Given.Monday,
                    i == 0 ? null : Given.Monday,
                    null
                )
        );
        var header = new RingHeader(Given.RingId, 1, null, Given.Monday, [.. keys], [Given.NodeSlot(Given.RingId)]);
        var material = SecretBytes.CopyOf([.. keks.SelectMany(k => k)]);
        return SealedRing.Seal(new KekRing(header, Given.Secret("ring key"), material));
    }

    private static KekRing RandomRing(Random random)
    {
        var count = random.Next(1, 30);
        var active = random.Next(count);
        var material = new List<byte>();
        var keys = new List<KekEntry>();
        DateTime Date() => Given.Monday.AddSeconds(random.Next());
        for (var i = 0; i < count; i++)
        {
            var kek = Given.Bytes($"{random.Next()}");
            var isActive = i == active;
            var isLast = i == count - 1;
            DateTime? activated = isActive || !isLast || random.Next(2) == 0 ? Date() : null;
            DateTime? retired = isActive || activated is null ? null : Date();
            DateTime? destroyed = retired is not null && random.Next(3) == 0 ? Date() : null;
            var id = KeyId.Derive(i * 1000 + random.Next(1, 1000), Given.RingId, kek);
            keys.Add(new KekEntry(id, Date(), activated, retired, destroyed));
            material.AddRange(destroyed is null ? kek : []);
        }
        var slots = Enumerable.Range(0, random.Next(1, 17)).Select(i => Given.NodeSlot(Given.RingId, i * 3 + 1));
        var generation = random.Next(1, 4) == 1 ? 1 : random.Next(2, RingLimits.Generations);
        var previous = generation == 1 ? null : Given.Bytes("previous");
        var header = new RingHeader(Given.RingId, generation, previous, Date(), keys, [.. slots]);
        return new KekRing(header, Given.Secret("ring key"), SecretBytes.CopyOf([.. material]));
    }
}
