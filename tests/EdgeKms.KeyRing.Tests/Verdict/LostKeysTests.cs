using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Tests.Changes;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>What is said, and which way is shown, where stored objects need keys that the ring lacks.</summary>
public sealed class LostKeysTests
{
    private const string Path = "/mnt/usb/old.backup";

    /// <summary>Of the lost line: it has two keys more than the ring that serves.</summary>
    private static readonly RingHeader s_whole = ChangeBed.Fresh().Stored.Ring.Header;

    private static readonly RingHeader s_older = Without(s_whole, 2);

    private static readonly string s_missing = s_whole.Keys[^1].Id.Text;

    /// <summary>The ring without its newest keys, as a generation before had it.</summary>
    private static RingHeader Without(RingHeader ring, int keys)
    {
        var rest = ring.Keys.SkipLast(keys).ToList();
        return ring with
        {
            Generation = ring.Generation - keys,
            Keys = [.. rest.SkipLast(1), rest[^1] with { Retired = null }],
        };
    }

    private static RingVerdict Of(RingHeader ring, long objects, params SurveyedBackup[] backups)
    {
        var digest = new byte[32];
        return Judge.Of(
            new MachineSurvey
            {
                StateDirectory = "/state",
                Now = ring.Written,
                Generations = [new(ring.Generation, ring, digest, null, Proof.Proven)],
                Mark = new(
                    true,
                    new Checkpoint(ring.Id, ring.Generation, digest, ring.Active.Id, ring.Written),
                    Proof.Proven
                ),
                Node = new(true, "/state/node-token", null),
                Held = new HeldRing(ring, digest),
                IsAnswered = true,
                Backups = backups,
                UnreadableObjects = objects,
                MissingKeys = objects > 0 ? [s_missing] : [],
            }
        );
    }

    private static SurveyedBackup Backup(RingHeader ring, Proof proof = Proof.Unknown, string path = Path) =>
        new(path, ring, proof);

    [Fact]
    public void Judge_OfNothingUnreadable_IsHealthy() => Assert.Equal(RingCase.Healthy, Of(s_older, 0).Case);

    [Fact]
    public void Judge_OfUnreadableObjects_CanLoseDataAndNamesTheKeys()
    {
        var verdict = Of(s_older, 3);

        Assert.Equal((RingCase.Unreadable, ErrorCode.ObjectsUnreadable), (verdict.Case, verdict.Code));
        Assert.True(verdict is { CanLoseData: true, StopsApiServer: true, MayRestart: true });
        Assert.Contains("3 objects", verdict.Text, StringComparison.Ordinal);
        Assert.EndsWith(s_missing, verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfABackupWithEveryKey_SaysToRestoreIt() =>
        Assert.Equal($"edgekms restore {Path}", Of(s_older, 3, Backup(s_whole)).Ways[0].Command);

    /// <summary>Restoring it would make unreadable what is under the key that serves now.</summary>
    [Fact]
    public void Judge_OfABackupThatLacksAKeyOfThisRing_SaysToLookAtItOnly()
    {
        var without = s_whole with { Keys = [.. s_whole.Keys.Where(k => !k.Id.Equals(s_older.Active.Id))] };

        var way = Of(s_older, 3, Backup(without)).Ways[0];

        Assert.Equal($"edgekms restore --verify {Path}", way.Command);
        Assert.Contains($"the backup lacks {s_older.Active.Id}", way.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfABackupThatHasNoneOfTheKeys_DoesNotNameIt()
    {
        var destroyed = s_whole with
        {
            Keys = [.. s_whole.Keys.Select(k => k.Id.Text == s_missing ? k with { Destroyed = s_whole.Written } : k)],
        };
        foreach (var backup in new[] { Backup(s_older), Backup(destroyed), Backup(s_whole, Proof.Disproven) })
            Assert.Equal("edgekms restore --verify FILE", Of(s_older, 3, backup).Ways[0].Command);
    }

    [Fact]
    public void Judge_OfABackupOfAnotherRing_SaysToLookAtItOnly()
    {
        var other = s_whole with { Id = RingId.Create() };

        Assert.Equal($"edgekms restore --verify {Path}", Of(s_older, 3, Backup(other)).Ways[0].Command);
    }

    [Fact]
    public void Judge_OfUnreadableObjects_NeverSaysToReencrypt() =>
        Assert.DoesNotContain("reencrypt", Of(s_older, 3, Backup(s_whole)).Hint, StringComparison.Ordinal);
}
