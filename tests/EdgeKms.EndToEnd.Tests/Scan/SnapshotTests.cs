using System.Buffers.Binary;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Datastore.Snapshot;
using EdgeKms.Contract.Failures;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Scan;

/// <summary>The reader of snapshot files against etcdctl's own, whole and damaged.</summary>
public sealed class SnapshotTests(SnapshotFixture files) : IClassFixture<SnapshotFixture>
{
    private const int PageSize = 4096;
    private const int Hash = 32;
    private const ushort Branch = 1;
    private const ushort Leaf = 2;
    private const ushort Meta = 4;

    private static async Task<string> Counts(IAsyncEnumerable<StoredObject> objects) =>
        string.Join(
            ' ',
            (await objects.ToListAsync())
                .CountBy(o => o.Value.KeyId!)
                .OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => $"{c.Key}={c.Value}")
        );

    private static async Task<string> Read(string file)
    {
        using var snapshot = new SnapshotDatastore(file, default);
        var live = await Counts(snapshot.ListAsync(SnapshotFixture.Prefix, default));
        var first = await snapshot.ListAsync(SnapshotFixture.Prefix, default).FirstAsync();
        var keyId = System.Text.Encoding.ASCII.GetBytes(first.Value.KeyId!);
        Assert.True(await snapshot.HoldsAsync(first.Key, keyId, default));
        Assert.False(await snapshot.HoldsAsync(first.Key, "k8s:enc:nobody"u8.ToArray(), default));
        Assert.False(await snapshot.HoldsAsync(first.Key + "x", keyId, default));
        var left = await Counts(snapshot.ListLeftoversAsync(SnapshotFixture.Prefix, default));
        return $"{live} | {left} | {(await snapshot.HistoryAsync(default)).Doubt is null}";
    }

    private byte[] WithoutHash() => File.ReadAllBytes(files.Full)[..^Hash];

    private static ushort Flags(byte[] bytes, int page) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(page * PageSize + 8));

    /// <summary>The pages of a kind that are in use: those that a walk from the newest meta page comes to.</summary>
    private static IEnumerable<int> Pages(byte[] bytes, ushort kind) =>
        Enumerable.Range(0, bytes.Length / PageSize).Where(p => Flags(bytes, p) == kind && Number(bytes, p) == p);

    private static long Number(byte[] bytes, int page) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(page * PageSize));

    private async Task<CommandException> Refused(string name, byte[] bytes) =>
        await Assert.ThrowsAsync<CommandException>(() => Read(files.Write(name, bytes)));

    [Fact]
    public async Task List_RealSnapshot_IsTheNewestOfEachKeyAndTheRestIsLeft()
    {
        Testbed.Require();
        // 200 were updated, one was deleted, one was deleted and came back.
        Assert.Equal("k1=698 k2=201 k3=1 | k1=202 | True", await Read(files.Full));
    }

    [Fact]
    public async Task List_AfterCompactionAndDefrag_HasNothingLeft()
    {
        Testbed.Require();
        Assert.Equal("k1=698 k2=201 k3=1 |  | True", await Read(files.Compacted));
        using var snapshot = new SnapshotDatastore(files.Compacted, default);
        var history = await snapshot.HistoryAsync(default);
        Assert.Equal(history.CompactedRevision + 1, history.Revision);
    }

    [Fact]
    public async Task List_Keys_AreInOrderAndEachOnce()
    {
        Testbed.Require();
        using var snapshot = new SnapshotDatastore(files.Full, default);
        var keys = await snapshot.ListAsync(SnapshotFixture.Prefix, default).Select(o => o.Key).ToListAsync();
        Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), keys);
        Assert.Equal(keys.Count, await snapshot.CountAsync(SnapshotFixture.Prefix, default));
        Assert.Equal("k3", (await snapshot.GetAsync(SnapshotFixture.Prefix + "n/0898", default))!.Value.Value.KeyId);
        Assert.Null(await snapshot.GetAsync(SnapshotFixture.Prefix + "n/0899", default));
    }

    [Fact]
    public async Task List_CopyWithoutHash_IsReadAndDoubted()
    {
        Testbed.Require();
        Assert.Equal("k1=698 k2=201 k3=1 | k1=202 | False", await Read(files.Write("copy.db", WithoutHash())));
    }

    [Fact]
    public async Task Open_OneByteChanged_IsNotWhatItsHashSays()
    {
        Testbed.Require();
        var bytes = await File.ReadAllBytesAsync(files.Full);
        bytes[bytes.Length / 2] ^= 1;
        Assert.Contains("SHA-256", (await Refused("flipped.db", bytes)).Message);
    }

    [Fact]
    public async Task Open_CutOff_SaysSo()
    {
        Testbed.Require();
        var bytes = await File.ReadAllBytesAsync(files.Full);
        Assert.Contains("cut off", (await Refused("cut1.db", bytes[..(PageSize * 3 + 100)])).Message);
        Assert.Contains("shorter than its pages", (await Refused("cut2.db", bytes[..(PageSize * 20)])).Message);
        Assert.Contains("SHA-256", (await Refused("cut3.db", bytes[..(PageSize * 20 + Hash)])).Message);
    }

    [Fact]
    public async Task Open_NoSnapshot_SaysSo()
    {
        Testbed.Require();
        Assert.Contains("no snapshot of etcd", (await Refused("zero.db", new byte[PageSize * 4])).Message);
        Assert.Contains("no snapshot of etcd", (await Refused("empty.db", [])).Message);
        Assert.Equal(
            ExitCode.Usage,
            Assert.Throws<CommandException>(() => new SnapshotDatastore(files.At("missing"), default)).ExitCode
        );
        Assert.Contains(
            "is a directory",
            Assert.Throws<CommandException>(() => new SnapshotDatastore(files.At("."), default)).Message
        );
    }

    [Fact]
    public async Task Read_BranchThatPointsToItself_Ends()
    {
        Testbed.Require();
        var bytes = WithoutHash();
        foreach (var page in Pages(bytes, Branch))
        {
            for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(page * PageSize + 10)); i++)
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(page * PageSize + 16 + i * 16 + 8), page);
        }
        Assert.Contains("circles", (await Refused("circle.db", bytes)).Message);
    }

    /// <summary>Headers, elements, keys: whatever byte of a page is another, the answer is a sentence or counts.</summary>
    [Theory]
    [InlineData(Meta)]
    [InlineData(Branch)]
    [InlineData(Leaf)]
    public async Task Read_AnyByteOfAPageKindChanged_IsAnErrorOrCounts(ushort kind)
    {
        Testbed.Require();
        var bytes = WithoutHash();
        var pages = Pages(bytes, kind).ToList();
        // A page that is not in use any more looks like one that is: of the few branches all are tried.
        int[] chosen = kind is Leaf ? [pages[0], pages[pages.Count / 2], pages[^1]] : [.. pages];
        var refused = 0;
        foreach (var page in chosen.Distinct())
        {
            foreach (var offset in Enumerable.Range(0, 84).Concat([PageSize - 20, PageSize - 1]))
            {
                foreach (var change in new byte[] { 0x01, 0x80, 0xff })
                {
                    bytes[page * PageSize + offset] ^= change;
                    try
                    {
                        await Read(files.Write("page.db", bytes));
                    }
                    catch (CommandException e)
                    {
                        Assert.True(e.ExitCode is ExitCode.Io or ExitCode.Usage, e.Message);
                        refused++;
                    }
                    bytes[page * PageSize + offset] ^= change;
                }
            }
        }
        // Of two meta pages one is enough. (etcd writes no free list.)
        Assert.Equal(kind is Branch or Leaf, refused > 0);
    }
}
