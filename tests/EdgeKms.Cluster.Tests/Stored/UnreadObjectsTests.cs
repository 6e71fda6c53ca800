using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Stored;

namespace EdgeKms.Cluster.Tests.Stored;

public sealed class UnreadObjectsTests : IDisposable
{
    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    private static readonly ApiResource s_secrets = new("", "v1", "secrets", true);

    private readonly TemporaryDirectory _directory = new();

    private string Config => _directory["enc.yaml"];

    public void Dispose() => _directory.Dispose();

    // What is stored, what the file has, what the kept copies 1, 2, … have; the copy that is named, - for none at all.
    [Theory]
    [InlineData("kms:edgekms", "kms:edgekms", "aescbc:key1", "-")]
    [InlineData("kms:edgekms-2", "kms:edgekms", "kms:edgekms-2 kms:edgekms", "1")]
    [InlineData("aescbc:key1", "kms:edgekms", "aescbc:key1", "1")]
    [InlineData("aescbc:key1", "kms:edgekms", "aescbc:key1 aescbc:key2", "1")]
    [InlineData("aescbc:key1", "kms:edgekms", "aescbc:key1 aescbc:key1 kms:old", "2")]
    [InlineData("aescbc:key1", "kms:edgekms", "aescbc:key1 broken", "1")]
    [InlineData("aescbc:key1", "kms:edgekms", "aescbc:key2 kms:old", "none")]
    [InlineData("aescbc:key1", "kms:edgekms", "", "none")]
    [InlineData("plain", "kms:edgekms", "identity kms:old", "1")]
    public void Of_StoredAndKept_NamesTheFileThatHasTheProvider(string stored, string now, string kept, string expected)
    {
        var copies = kept.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((c, i) => Write($"{Config}.before-migration-{i + 1}", c))
            .ToList();
        var file = EncryptionFile.Read(Write(Config, now));

        var unread = UnreadObjects.Of(Census(stored), "/registry", file, copies);

        if (expected == "-")
        {
            Assert.Null(unread);
            return;
        }
        Assert.Equal(
            $"2 stored objects are not readable with {Config}, such as /registry/secrets/n/a",
            unread!.Finding
        );
        Assert.Contains("which no provider of the configuration reads", unread.Reason);
        Assert.StartsWith("/registry/secrets/: 2 objects stored ", Assert.Single(unread.Lines));
        if (expected == "none")
        {
            Assert.Null(unread.Kept);
            Assert.Contains("find the configuration of the day that the datastore is from", unread.Way("kms"));
            Assert.Contains(
                $"edgekms migrate --to kms --encryption-config {Config} --readers-from THAT-FILE",
                unread.Way("kms")
            );
            return;
        }
        Assert.Equal($"{Config}.before-migration-{expected}", unread.Kept);
        Assert.Equal(
            $"edgekms migrate --to kms --encryption-config {Config} --readers-from {unread.Kept}",
            unread.Way("kms")
        );
    }

    // A migration adopts one file, so that the one that reads the most is the one to begin with.
    [Fact]
    public void Of_ObjectsOfSeveralProviders_NamesTheFileThatReadsTheMost()
    {
        string[] kept =
        [
            Write(_directory["1"], "aescbc:key1"),
            Write(_directory["2"], "aescbc:key1"),
            Write(_directory["3"], "kms:old"),
        ];
        var (many, few) = (Census("aescbc:key1").Groups[0] with { Count = 9 }, Census("kms:old").Groups[0]);
        var file = EncryptionFile.Read(Write(Config, "kms:edgekms"));

        var unread = UnreadObjects.Of(new StoredCensus(11, [few, many]), "/registry", file, kept);

        Assert.Equal(_directory["2"], unread!.Kept);
        Assert.StartsWith("11 stored objects", unread.Finding);
    }

    private static StoredCensus Census(string stored)
    {
        var (form, prefix) = stored.Split(':') switch
        {
            ["kms", var name] => (StoredForm.KmsV2, new StoredPrefix("kms", "v2", name)),
            [var kind, var key] => (StoredForm.LocalKey, new StoredPrefix(kind, "v1", key)),
            _ => (StoredForm.Plain, null),
        };
        return new StoredCensus(
            2,
            [new StoredGroup(s_secrets, "/registry/secrets/", form, prefix, 2, ["/registry/secrets/n/a"], [])]
        );
    }

    private static string Write(string path, string provider)
    {
        var text = provider.Split(':') switch
        {
            ["kms", var name] => $"kms: {{name: {name}, apiVersion: v2, endpoint: 'unix:///k'}}",
            ["identity"] => "identity: {}",
            [var kind, var key] => $"{kind}: {{keys: [{{name: {key}, secret: {Key}}}]}}",
            _ => "nothing: {}",
        };
        File.WriteAllBytes(
            path,
            Encoding.UTF8.GetBytes(
                $"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - {text}\n"
            )
        );
        return path;
    }
}
