using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Scan;

/// <summary>
/// Snapshots of a real etcd, taken by the real etcdctl: with branch pages, a value of many pages, history and deletions; then after a
/// compaction and a defrag.
/// </summary>
public sealed class SnapshotFixture : IAsyncLifetime
{
    internal const string Prefix = "/registry/secrets/";
    internal const int Keys = 900;

    private readonly PrivateDirectory _directory = new();

    internal string Full => At("full.db");

    internal string Compacted => At("compacted.db");

    internal string At(string name) => _directory.At(name);

    public async ValueTask InitializeAsync()
    {
        if (Testbed.Bin is null)
            return; // each test says so
        await using var etcd = await EtcdServer.Start(At("etcd"));
        for (var i = 0; i < Keys; i++)
            await etcd.Put($"{Prefix}n/{i:0000}", Value("k1", 400));
        for (var i = 0; i < 200; i++)
            await etcd.Put($"{Prefix}n/{i:0000}", Value("k2", 400));
        await etcd.Put($"{Prefix}n/large", Value("k2", 1_000_000));
        await etcd.Put("/registry/secretsx", Value("k0", 10));
        await Delete(etcd, "0899");
        await Delete(etcd, "0898");
        await etcd.Put($"{Prefix}n/0898", Value("k3", 10));
        await Save(etcd, Full);
        await etcd.Compact();
        // A compaction deletes in steps while etcd goes on.
        await etcd.Put("/registry/other", [1]);
        var defrag = await RunningProcess.Run(Testbed.Program("etcdctl"), [$"--endpoints={etcd.Url}", "defrag"]);
        Assert.True(defrag.Exit == 0, defrag.ToString());
        await Save(etcd, Compacted);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A file of this name with other bytes.</summary>
    internal string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    private static byte[] Value(string key, int bytes) =>
        [
            .. Encoding.ASCII.GetBytes("k8s:enc:kms:v2:edgekms:"),
            0x12,
            (byte)key.Length,
            .. Encoding.ASCII.GetBytes(key),
            0x0a,
            .. Varint(bytes),
            .. new byte[bytes],
        ];

    private static byte[] Varint(int number) =>
        number < 0x80 ? [(byte)number] : [(byte)(number & 0x7f | 0x80), .. Varint(number >> 7)];

    private static async Task Delete(EtcdServer etcd, string name)
    {
        string[] command = [$"--endpoints={etcd.Url}", "del", $"{Prefix}n/{name}"];
        var deleted = await RunningProcess.Run(Testbed.Program("etcdctl"), command);
        Assert.True(deleted.Exit == 0, deleted.ToString());
    }

    private static async Task Save(EtcdServer etcd, string file)
    {
        string[] command = [$"--endpoints={etcd.Url}", "snapshot", "save", file];
        var saved = await RunningProcess.Run(Testbed.Program("etcdctl"), command);
        Assert.True(saved.Exit == 0, saved.ToString());
    }
}
