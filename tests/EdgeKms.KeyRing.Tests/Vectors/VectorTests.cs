using System.Diagnostics;
using System.Text;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Slots;

namespace EdgeKms.KeyRing.Tests.Vectors;

/// <summary>Every vector of spec/vectors, each with its expected outcome.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> KeyIds => Vector.Names("key-id");
    public static TheoryData<string> Envelopes => Vector.Names("envelope-v1");
    public static TheoryData<string> V1Ciphers => Vector.Names("kms-v1-cipher");
    public static TheoryData<string> Rings => Vector.Names("ring-v1");
    public static TheoryData<string> SlotVectors => Vector.Names("slots-v1");
    public static TheoryData<string> Tokens => Vector.Names("node-token-v1");
    public static TheoryData<string> Codes => Vector.Names("recovery-code");
    public static TheoryData<string> Backups => Vector.Names("backup-v1");
    public static TheoryData<string> Checkpoints => Vector.Names("checkpoint-v1");

    [Theory]
    [MemberData(nameof(KeyIds))]
    public void KeyId_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("key-id", name);
        var parsed = KeyId.TryParse(v.Text("keyId"));
        Assert.Equal(v.IsOk, parsed is not null);
        if (parsed is null)
            return;
        Assert.Equal(parsed, KeyId.Derive(v.Number("sequence"), RingId.TryParse(v.Text("ring"))!, v.Bytes("kek")));
        Assert.Equal(v.Text("hash"), parsed.Hash);
    }

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void Envelope_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("envelope-v1", name);
        var (kek, envelope) = (v.Bytes("kek"), v.Bytes("envelope"));
        var (ring, id) = (RingId.TryParse(v.Text("ring"))!, KeyId.TryParse(v.Text("keyId"))!);
        var plaintext = new byte[Math.Max(0, envelope.Length - EnvelopeV1.Overhead)];
        Assert.Equal(v.IsOk, EnvelopeV1.TryUnwrap(kek, ring, id, envelope, plaintext));
        if (!v.IsOk)
            return;
        Assert.Equal(v.Bytes("plaintext"), plaintext);
        var again = new byte[envelope.Length];
        envelope.AsSpan(1, 44).CopyTo(again.AsSpan(1)); // salt and nonce
        EnvelopeV1.WrapWith(kek, ring, id, plaintext, again);
        Assert.Equal(envelope, again);
    }

    [Theory]
    [MemberData(nameof(V1Ciphers))]
    public void V1Cipher_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("kms-v1-cipher", name);
        var (kek, cipher) = (v.Bytes("kek"), v.Bytes("cipher"));
        var (ring, id) = (RingId.TryParse(v.Text("ring"))!, KeyId.TryParse(v.Text("keyId"))!);
        Assert.Equal(
            v.Outcome is "ok" or "body-failure" && cipher.Length > 0,
            KmsV1Cipher.ReadKeyId(cipher) is not null
        );
        var plaintext = new byte[Math.Max(0, cipher.Length - KmsV1Cipher.Overhead(id))];
        Assert.Equal(v.IsOk, KmsV1Cipher.TryUnwrap(kek, ring, id, cipher, plaintext));
        if (!v.IsOk)
            return;
        Assert.Equal(v.Bytes("plaintext"), plaintext);
        var again = new byte[cipher.Length];
        var at = 2 + id.Text.Length;
        cipher.AsSpan(at, 44).CopyTo(again.AsSpan(at)); // salt and nonce
        KmsV1Cipher.WrapWith(kek, ring, id, plaintext, again);
        Assert.Equal(cipher, again);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void Ring_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("ring-v1", name);
        KekRing? ring = null;
        var outcome = SealedRing.Parse(v.File(), out var parsed);
        if (outcome == RingOutcome.Ok)
            outcome = parsed!.Open(SecretBytes.CopyOf(v.Bytes("ringKey")), out ring);
        Assert.Equal(v.Outcome, Word(outcome));
        Assert.Equal(v.IsOk, ring is not null);
        if (ring is null)
            return;
        using var material = ring.LeaseMaterial();
        Assert.Equal(
            string.Concat(v.Json.GetProperty("keks").EnumerateArray().Select(k => k.GetString())),
            Convert.ToHexStringLower(material.Span)
        );
        var file = v.Bytes("file");
        var nonce = file.AsSpan(file.Length - material.Span.Length - 28, 12);
        Assert.Equal(file, SealedRing.Seal(ring, nonce));
    }

    [Theory]
    [MemberData(nameof(Backups))]
    public void Backup_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("backup-v1", name);
        var file = v.Bytes("file");
        if (v.Outcome is "unsupported-version" or "limit")
        {
            var code = v.Outcome == "limit" ? ErrorCode.RingLimit : ErrorCode.RingUnsupportedVersion;
            Given.Fails(code, () => BackupFile.Read(file, "x"));
            return;
        }
        if (v.Outcome == "header-failure")
        {
            Given.Fails(ErrorCode.BackupDamaged, () => BackupFile.Read(file, "x"));
            return;
        }
        SealedRing backup;
        try
        {
            backup = BackupFile.Read(file, "x");
        }
        catch (EdgeKmsException e)
        {
            // The length of a body needs no key.
            Assert.Equal((ErrorCode.BackupDamaged, "body-failure"), (e.Code, v.Outcome));
            return;
        }
        Assert.Equal(v.Outcome, Word(backup.Open(SecretBytes.CopyOf(v.Bytes("ringKey")), out var ring)));
        if (!v.IsOk)
            return;
        Assert.Equal((v.Text("ring"), v.Number("generation")), (backup.Header.Id.Text, backup.Header.Generation));
        using var material = ring!.LeaseMaterial();
        Assert.Equal(
            string.Concat(v.Json.GetProperty("keks").EnumerateArray().Select(k => k.GetString())),
            Convert.ToHexStringLower(material.Span)
        );
        Assert.Equal(file, BackupFile.Write(backup.File.ToArray()));
    }

    [Theory]
    [MemberData(nameof(SlotVectors))]
    public void Slot_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("slots-v1", name);
        var outcome = SealedRing.Parse(v.Bytes("file"), out var parsed);
        if (outcome == RingOutcome.Ok)
        {
            var slot = parsed!.Header.Slots.Single(s => s.Number == v.Number("slot"));
            using var stretched = SlotTests.Stretch(slot.Kdf, slot.Salt, v.Bytes("secret"));
            if (v.Has("stretched"))
                Assert.Equal(v.Text("stretched"), Convert.ToHexStringLower(Given.Reveal(stretched)));
            using var ringKey = SlotSeal.TryOpen(parsed.Header.Id, slot, stretched);
            outcome = ringKey is null ? RingOutcome.NotMySlot : RingOutcome.Ok;
            if (ringKey is not null)
                Assert.Equal(v.Bytes("ringKey"), Given.Reveal(ringKey));
        }
        Assert.Equal(v.Outcome, Word(outcome));
    }

    // An older file of its own is enough to say "damaged": the ring file, read first, says "newer".
    [Theory]
    [MemberData(nameof(Tokens))]
    public void Token_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("node-token-v1", name);
        using var token = NodeToken.TryParse(v.Bytes("file"));
        Assert.Equal(v.IsOk, token is not null);
        if (token is null)
            return;
        Assert.Equal((v.Text("ring"), v.Number("slot")), (token.Ring.Text, token.Slot));
        Assert.Equal(v.Bytes("secret"), Given.Reveal(token.Secret));
        Assert.Equal(v.Bytes("file"), token.Write());
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void RecoveryCode_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("recovery-code", name);
        using var typed = Given.Text(v.Text("code"));
        if (!v.IsOk)
        {
            var detail = Given.Fails(ErrorCode.RecoveryCodeMistyped, () => RecoveryCode.Read(typed)).Detail;
            Assert.Contains(v.Number("group") == 0 ? "than 8 groups" : $"group {v.Number("group")}", detail);
            return;
        }
        using var secret = RecoveryCode.Read(typed);
        Assert.Equal(v.Bytes("secret"), Given.Reveal(secret));
        using var written = RecoveryCode.Write(secret);
        if (v.Has("canonical"))
            Assert.Equal(v.Text("code"), Encoding.ASCII.GetString(Given.Reveal(written)));
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Checkpoint_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("checkpoint-v1", name);
        var file = v.Bytes("file");
        using var ringKey = SecretBytes.CopyOf(v.Bytes("ringKey"));
        var parsed = Checkpoint.TryParse(file);
        Assert.Equal(v.Outcome is "ok" or "mac-failure", parsed is not null);
        Assert.Equal(v.IsOk, parsed is not null && parsed.IsAuthentic(file, ringKey));
        if (!v.IsOk)
            return;
        Assert.Equal((v.Text("ring"), v.Number("generation")), (parsed!.Ring.Text, parsed.Generation));
        Assert.Equal((v.Text("active"), Given.Utc(v.Text("seen"))), (parsed.Active.Text, parsed.Seen));
        Assert.Equal(v.Bytes("digest"), parsed.Digest);
        if (v.Has("locked"))
        {
            var (days, now) = (v.Number("lockAfterOfflineDays"), Given.Utc(v.Text("now")));
            Assert.Equal(
                v.Json.GetProperty("locked").GetBoolean(),
                NodeAccess.Refuse(parsed.Seen, days, now) is not null
            );
        }
    }

    [Fact]
    public void Vectors_OfAllFormats_AreUniqueAndUseEveryOutcome()
    {
        var formats = Directory.GetFiles(Vector.Directory, "*.json").Select(Path.GetFileNameWithoutExtension).Order();
        string[] known =
        [
            "audit-log-v1",
            "backup-v1",
            "checkpoint-v1",
            "envelope-v1",
            "key-id",
            "kms-v1-cipher",
            "node-token-v1",
            "recovery-code",
            "ring-v1",
            "slots-v1",
            "state-directory-v1",
        ];
        Assert.Equal(known, formats);
        var all = known.SelectMany(f => Vector.Read(f).Select(v => (Format: f, v.Name, v.Outcome))).ToArray();
        Assert.Equal(all.Length, all.Select(v => (v.Format, v.Name)).Distinct().Count());
        Assert.Equal(Enum.GetValues<RingOutcome>().Select(Word).Order(), all.Select(v => v.Outcome).Distinct().Order());
    }

    [Fact]
    public async Task Vectors_ByTheSecondImplementation_HaveTheSameOutcomes()
    {
        var module = await Run("-c", "import cryptography");
        Assert.SkipWhen(module.Code != 0, "no python3 with the module cryptography (Debian: python3-cryptography)");
        var (code, output) = await Run("-B", Path.Combine(Vector.Directory, "check.py"));
        Assert.True(code == 0, output);
        Assert.Matches("^[1-9][0-9]+ vectors, 0 failed$", output.Trim());
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (!File.Exists(start.FileName))
            return (127, "");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    private static string Word(RingOutcome outcome) =>
        string.Concat(outcome.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + c : c.ToString()))
            .ToLowerInvariant();
}
