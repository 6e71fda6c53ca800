using System.Text.Json;
using EdgeKms.Contract.Scan;
using EdgeKms.Daemon.Commands.Keys;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>What a scan says of one key where there are objects of KMS v1.</summary>
public sealed class EvidenceFileTests
{
    [Theory]
    [InlineData("k1", "edgekms", 3, 0)]
    [InlineData("k1", "old", 3, 0)]
    [InlineData("k2", "edgekms", 0, 0)]
    [InlineData(null, "edgekms", 0, 3)]
    [InlineData(null, "another-plugin", 0, 0)]
    public void Of_ObjectsOfKmsV1_NeedTheKeyThatTheyName(string? named, string provider, long objects, long nameless)
    {
        using var folder = new TestMachine();
        var path = Path.Combine(folder.Root, "scan.json");
        File.WriteAllText(path, JsonSerializer.Serialize(Scan(named, provider), ScanJson.Default.ScanReport));

        var scan = EvidenceFile.Read(path).Of("k1");

        Assert.Equal((objects, nameless), (scan.Objects, scan.Nameless));
        Assert.Equal(("ring", "k3"), (scan.RingId, scan.ActiveKeyId));
    }

    private static ScanReport Scan(string? keyId, string provider) =>
        new(
            ScanReport.CurrentFormat,
            new DateTime(2026, 11, 24, 0, 0, 0, DateTimeKind.Utc),
            "etcd",
            "/registry",
            "ring",
            "edgekms",
            "k3",
            "all",
            ["secrets"],
            3,
            [
                new ScanCount(
                    "secrets",
                    "kms-v1",
                    $"k8s:enc:kms:v1:{provider}:",
                    provider,
                    keyId,
                    3,
                    "kms-v1",
                    IsActive: false
                ),
            ],
            0,
            0,
            0,
            0,
            3,
            0,
            0,
            new ScanLeftovers("etcd", 1, 1, 0, false, 0, []),
            true,
            [],
            2
        );
}
