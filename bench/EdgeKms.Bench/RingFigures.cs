using System.Diagnostics;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Bench;

/// <summary>
/// Changes of the ring on the disk of the work folder, beside what their fsyncs alone cost there, and the start of the
/// daemon with 1, 60 and 1,000 KEKs.
/// </summary>
internal static class RingFigures
{
    private const int Changes = 200;
    private const int Starts = 15;

    public static async Task Print(string daemon, string work)
    {
        var machine = Machine.Make(Path.Combine(work, "ring"));
        var change = new double[Changes];
        var floor = new double[Changes];
        var plain = new LinuxDirectory(machine.State);
        for (var i = 0; i < Changes; i++) // alternating, so that both meet the same disk
        {
            change[i] = Time(machine.Rotate);
            floor[i] = Time(() =>
            {
                // Token, backup, ring, checkpoint, audit log: as many files, written in the same crash-safe way.
                foreach (var size in new[] { 256, 8_192, 8_192, 512, 512 })
                {
                    var bytes = RandomNumberGenerator.GetBytes(size);
                    AtomicWrite.Write(plain, "floor", bytes, replace: true, _ => true);
                }
            });
        }
        Console.WriteLine("| figure | edgekms | the same fsyncs alone | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            var (a, b) = (Share(change, share), Share(floor, share));
            Console.WriteLine($"| ring change to durable, {name} ms | {a:N1} | {b:N1} | {a / b:N2} |");
        }
        Console.WriteLine();
        Console.WriteLine("| start to first good Status | ms (median of 15) | against 1 KEK |");
        Console.WriteLine("|---|---|---|");
        var counts = new[] { 1, 60, 1_000 };
        var machines = counts.Select(c => Machine.Make(Path.Combine(work, $"start-{c}"), c)).ToArray();
        var starts = counts.Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < Starts; i++)
        {
            for (var m = 0; m < machines.Length; m++)
            {
                string[] serve = ["serve", .. machines[m].Arguments, "--rotation-paused", "true"];
                using var plugin = new Plugin("edgekmsd", daemon, machines[m].Socket, serve);
                starts[m].Add(await plugin.Start());
            }
        }
        for (var m = 0; m < counts.Length; m++)
        {
            var (ms, one) = (Share(starts[m], 0.5), Share(starts[0], 0.5));
            Console.WriteLine($"| with {counts[m]:N0} KEKs | {ms:N0} | {ms / one:N2} |");
        }
    }

    private static double Time(Action action)
    {
        var begin = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static double Share(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(sorted.Length * share)];
    }

    /// <summary>A ring with a node slot, backups and an audit log, as a machine has it.</summary>
    private sealed class Machine
    {
        private readonly RingWriter _writer;
        private StoredRing _stored;

        private Machine(string root)
        {
            State = Path.Combine(root, "state");
            (Socket, Arguments) = (
                Path.Combine(root, "e", "kms.sock"),
                [
                    "--state-directory",
                    State,
                    "--kms-socket",
                    Path.Combine(root, "e", "kms.sock"),
                    "--admin-socket",
                    Path.Combine(root, "e", "admin.sock"),
                ]
            );
            Directory.CreateDirectory(Path.Combine(root, "backups"));
            var store = RingStore.Open(State, TimeProvider.System);
            store.MakeDirectories();
            var backups = new BackupFolder(new LinuxDirectory(Path.Combine(root, "backups"), isPrivate: false), 16);
            var token = NodeTokenFile.Open(Path.Combine(State, "node-token"));
            var audit = AuditLog.Open(State, TimeProvider.System);
            _writer = new RingWriter(store, token, backups, backupRequired: true, TimeProvider.System, audit);
            var (id, first, kek) = KekRing.CreateFirst(UtcText.Now(TimeProvider.System));
            var key = SecretBytes.Random(32);
            _stored = _writer.Create(id, key, [], (_, slots) => KekRing.Create(id, first, kek, key, slots)).Stored;
        }

        public string State { get; }

        public string Socket { get; }

        public string[] Arguments { get; }

        public static Machine Make(string root, int keks = 1)
        {
            Directory.CreateDirectory(root);
            var machine = new Machine(root);
            while (machine._stored.Ring.Header.Keys.Count < keks)
                machine.Rotate();
            return machine;
        }

        public void Rotate() => _stored = _writer.Rotate(_stored).Stored;
    }
}
