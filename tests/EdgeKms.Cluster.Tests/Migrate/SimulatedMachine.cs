using System.Globalization;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Stored;
using EdgeKms.Cluster.Tests.Judge;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>
/// A machine that does with the configuration what kube-apiserver does, by kube-apiserver's own code (the judge): an API server that
/// works with one text, a file on disk, a datastore, a migration's journal and the kept copy. The acts of the migration are those of
/// the product's own policy; after each, whatever happens next is tried.
/// </summary>
internal sealed class SimulatedMachine
{
    private const string Prefix = "/registry";

    private static readonly ApiResource[] s_served =
    [
        new("", "v1", "secrets", true),
        new("", "v1", "configmaps", true),
        new("example.com", "v1", "things", true),
    ];

    private readonly EncryptionJudge _judge;
    private readonly string _name;
    private readonly MemoryDatastore _datastore = new();
    private readonly StorageMap _map = new(s_served, Prefix);
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private EncryptionFile? _checkedDisk;
    private EncryptionFile? _checkedInForce;
    private int _objects;

    internal SimulatedMachine(EncryptionJudge judge, string name, EncryptionFile before)
    {
        (_judge, _name, Before, Disk, InForce) = (judge, name, before, before, before);
        Must(_judge.Restart(_name, before.Bytes.Span).Error is null, "the first start");
        Write();
        Write();
    }

    internal EncryptionFile Before { get; private set; }

    internal EncryptionFile Disk { get; private set; }

    /// <summary>What the API server works with.</summary>
    internal EncryptionFile InForce { get; private set; }

    internal MigrationJournal? Journal { get; private set; }

    /// <summary>What a run knows and a crash forgets.</summary>
    internal (bool IsInForce, bool IsRewritten, MigrationProof? Proof) Run { get; private set; }

    internal bool WasEdited { get; private set; }

    internal List<string> Log { get; } = [];

    internal void Crash()
    {
        Log.Add("crash");
        Run = default;
    }

    /// <summary>The run is told to go the other way.</summary>
    internal void Turn()
    {
        if (Journal is null)
            return;
        Journal = Journal with { IsGoingBack = !Journal.IsGoingBack };
        Log.Add(Journal.IsGoingBack ? "abort" : "forward");
        Run = default;
    }

    internal void Restart()
    {
        Log.Add("restart");
        Must(_judge.Restart(_name, Disk.Bytes.Span).Error is null, "a restart");
        InForce = Disk;
    }

    /// <summary>Another administrator adds an entry or a comment; the API server takes it.</summary>
    internal void Edit(Random random)
    {
        var text = Encoding.UTF8.GetString(Disk.Bytes.Span);
        var isBlock =
            !text.TrimStart('\ufeff', ' ').StartsWith('{') && !text.TrimEnd().EndsWith("---", StringComparison.Ordinal);
        if (
            !isBlock
            || Disk.Entries.Any(e =>
                e.Resources.Any(r => r is "*." or "*.*" || r.StartsWith("pods", StringComparison.Ordinal))
            )
        )
            return;
        var indent = text.Contains("\n- resources", StringComparison.Ordinal) ? "" : "  ";
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var provider =
            random.Next(2) == 0
                ? "aescbc: {keys: [{name: theirs, secret: YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=}]}"
                : "identity: {}";
        var added = $"{indent}- resources: [pods]{end}{indent}  providers:{end}{indent}  - {provider} # theirs{end}";
        var edited = EncryptionFile.Parse(Encoding.UTF8.GetBytes(text.TrimEnd('\n', '\r') + end + added), Disk.Path);
        if (edited.Refusal() is not null)
            return;
        Log.Add("edit");
        (Disk, InForce, WasEdited) = (edited, edited, true);
        Must(_judge.Load(_name, edited.Bytes.Span).Error is null, "the edit is taken");
        Run = default;
    }

    /// <summary>One act; what it writes is taken, or not, or the run ends right after the write.</summary>
    /// <returns>False at the end of the migration.</returns>
    internal async Task<bool> ActAsync(MigrationTarget target, Fate fate)
    {
        var route = MigrationPolicy.Route(
            Journal,
            Disk,
            () => Before,
            target,
            () => throw new InvalidOperationException()
        );
        var act = MigrationPolicy.Next(new MigrationState(Journal, route, Run.IsInForce, Run.IsRewritten, Run.Proof));
        Log.Add(act.ToString());
        switch (act)
        {
            case MigrationAct.Nothing:
                return false;
            case MigrationAct.Begin:
                (Before, Journal) = (Disk, new MigrationJournal(target.Goal, false, "kept"));
                break;
            case MigrationAct.Await:
                Must(
                    MigrationRoute.Same(Disk, InForce) || _judge.Load(_name, Disk.Bytes.Span).Error is null,
                    "it is taken"
                );
                InForce = Disk;
                Run = Run with { IsInForce = true };
                break;
            case MigrationAct.Rewrite:
                Rewrite();
                Run = Run with { IsRewritten = true };
                break;
            case MigrationAct.Prove:
                var census = await StoredCensus.TakeAsync(_datastore, Prefix, _map, CancellationToken.None);
                Run = Run with { Proof = MigrationProof.Of(census, Prefix, route.Now, route.Alone) };
                break;
            case MigrationAct.Stop:
                throw new InvalidOperationException(Run.Proof!.Blockers[0].Reason);
            case MigrationAct.Finish:
                Journal = null;
                return false;
            default:
                Put(MigrationPolicy.Text(act, route)!, fate);
                break;
        }
        return true;
    }

    /// <summary>Whatever happens next: it starts with the file, and reads everything, then as now.</summary>
    internal void Check()
    {
        var probe = _name + "/probe";
        var isNew = _checkedDisk is null || !MigrationRoute.Same(_checkedDisk, Disk);
        if (isNew)
            Must(
                _judge.Restart(probe, Disk.Bytes.Span) is { Error: null, Health: "" },
                "it starts with the file as it is on disk"
            );
        ReadsAll(probe, "a restarted API server", isNew);
        ReadsAll(
            _name,
            "the running API server",
            _checkedInForce is null || !MigrationRoute.Same(_checkedInForce, InForce)
        );
        (_checkedDisk, _checkedInForce) = (Disk, InForce);
        _unread.Clear();
    }

    internal void End()
    {
        _judge.Drop(_name + "/probe");
        _judge.Drop(_name);
    }

    /// <summary>Objects are written all the time, by whoever lives in the cluster.</summary>
    internal void Write()
    {
        foreach (var resource in s_served)
            Store(resource, $"o{(_objects++).ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Resources whose writer is weaker than it was before, though nobody asked for that.</summary>
    internal bool IsWeaker(MigrationGoal goal)
    {
        if (goal.To == "identity")
            return false;
        return s_served.Any(r =>
            InForce.ProvidersOf(r.QualifiedName) is [{ IsIdentity: true }, ..]
            && Before.ProvidersOf(r.QualifiedName) is [{ IsIdentity: false }, ..]
        );
    }

    private void Put(EncryptionFile text, Fate fate)
    {
        Must(_judge.Check(text.Bytes.Span).Error is null, "the judge takes what is written");
        var from = Disk;
        Disk = text;
        Log.Add(Encoding.UTF8.GetString(text.Bytes.Span));
        switch (fate)
        {
            case Fate.Cut: // before the API server looks at it
                Run = default;
                return;
            case Fate.NotTaken: // put back, and the run ends
                Check();
                Disk = from;
                Run = default;
                return;
            default:
                Must(_judge.Load(_name, text.Bytes.Span).Error is null, "it is taken");
                InForce = text;
                Run = (true, false, null);
                return;
        }
    }

    private void Rewrite()
    {
        foreach (var (key, stored) in _datastore.Values.ToList())
        {
            var resource = _map.ResourceOf(key)!;
            var read = _judge.Read(_name, new Judge.StoredObject(resource.QualifiedName, key, stored));
            Must(read.Error is null, $"{key} is read by a rewrite: {read.Error}");
            if (!read.Stale)
                continue;
            _unread.Add(key);
            _datastore.Values[key] = _judge.Write(_name, resource.QualifiedName, key, read.Value.Span).Stored.ToArray();
        }
    }

    private void Store(ApiResource resource, string name)
    {
        var key = StorageKeys.Of(resource, Prefix)[0] + "default/" + name;
        byte[] value = [.. "k8s\0"u8, .. Encoding.UTF8.GetBytes(key)];
        var written = _judge.Write(_name, resource.QualifiedName, key, value);
        Must(written.Error is null, $"{key} is written: {written.Error}");
        _datastore.Values[key] = written.Stored.ToArray();
        _unread.Add(key);
        _values[key] = value;
    }

    /// <summary>All objects, or those that were stored since the last check of the same text.</summary>
    private void ReadsAll(string server, string who, bool isNew)
    {
        var all = _datastore
            .Values.Where(v => isNew || _unread.Contains(v.Key))
            .Select(v => new Judge.StoredObject(_map.ResourceOf(v.Key)!.QualifiedName, v.Key, v.Value))
            .ToList();
        foreach (var (stored, read) in all.Zip(_judge.Read(server, all)))
        {
            Must(read.Error is null, $"{who} reads {stored.Key}: {read.Error}");
            Must(read.Value.Span.SequenceEqual(_values[stored.Key]), $"{who} reads what was written to {stored.Key}");
        }
    }

    private void Must(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"not so: {what}\n{string.Join('\n', Log)}");
    }
}

/// <summary>What becomes of a configuration that was just written.</summary>
internal enum Fate
{
    Taken,
    NotTaken,
    Cut,
}
