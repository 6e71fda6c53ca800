using System.Text;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Datastore;

public sealed class SqliteDatastoreTests : IDisposable
{
    private const string Prefix = "/registry/secrets/";

    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;

    public SqliteDatastoreTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    private static byte[] Value(string key) =>
        [.. Encoding.ASCII.GetBytes("k8s:enc:kms:v2:edgekms:"), .. StoredValueTests.Message(key)];

    private static async Task<string> Line(IAsyncEnumerable<StoredObject> objects) =>
        string.Join(
            ' ',
            await objects
                .Select(o => $"{o.Key[Prefix.Length..]}={o.Value.KeyId ?? o.Value.Form.ToString()}")
                .ToListAsync()
        );

    private void Fill()
    {
        _kine.Put(Prefix + "a/updated", Value("k1"));
        _kine.Put(Prefix + "b/deleted", Value("k1"));
        _kine.Put("/registry/secretsx", Value("k0"));
        _kine.Put("/registry/configmaps/a/c", Encoding.ASCII.GetBytes("k8s\0"));
        _kine.Put(Prefix + "a/updated", Value("k2"));
        _kine.Put(Prefix + "b/deleted", Value("k1"), deleted: true);
        _kine.Put(Prefix + "c/again", Value("k1"));
        _kine.Put(Prefix + "c/again", Value("k1"), deleted: true);
        _kine.Put(Prefix + "c/again", Value("k3"));
        _kine.Put(Prefix + "d/plain", Encoding.ASCII.GetBytes("k8s\0data"));
        _kine.Put(Prefix + "e/nothing", null);
    }

    [Fact]
    public async Task List_WhileTheWriterHoldsTheFile_IsTheNewestOfEachThatLives()
    {
        Fill();
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal(
            "a/updated=k2 c/again=k3 d/plain=Plain e/nothing=Unknown",
            await Line(datastore.ListAsync(Prefix, default))
        );
    }

    [Fact]
    public async Task ListLeftovers_HistoryAndDeleted_AreApart()
    {
        Fill();
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal(
            "a/updated=k1 b/deleted=k1 b/deleted=k1 c/again=k1 c/again=k1",
            await Line(datastore.ListLeftoversAsync(Prefix, default))
        );
    }

    [Fact]
    public async Task ListLeftovers_ValueBeforeTheNewest_IsOneAsWell()
    {
        _kine.Put(Prefix + "a", Value("k2"), oldValue: Value("k1"));
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal("a=k2", await Line(datastore.ListAsync(Prefix, default)));
        Assert.Equal("a=k1", await Line(datastore.ListLeftoversAsync(Prefix, default)));
    }

    [Fact]
    public async Task ListLeftovers_OneKeyWithManyRows_HasEach()
    {
        using (var transaction = _kine.Begin())
        {
            for (var i = 0; i < 1_101; i++)
                _kine.Put(Prefix + "a", Value("k1"), oldValue: i == 0 ? null : Value("k1"));
            transaction.Commit();
        }
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal(2_200, await datastore.ListLeftoversAsync(Prefix, default).CountAsync());
        Assert.Equal(1, await datastore.ListBesideAsync(Prefix, default).CountAsync());
        Assert.Equal(1, await datastore.ListAsync(Prefix, default).CountAsync());
    }

    [Fact]
    public async Task CountAndHistory_File_AreItsRows()
    {
        Fill();
        _kine.Run("UPDATE kine SET prev_revision = 4711 WHERE name = 'compact_rev_key'");
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal(4, await datastore.CountAsync(Prefix, default));
        Assert.Equal(
            new StoredHistory(DatastoreKind.Sqlite, 12, 4711, Doubt: null),
            await datastore.HistoryAsync(default)
        );
    }

    [Fact]
    public async Task Get_EachKey_IsItsNewestRow()
    {
        Fill();
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal("k2", (await datastore.GetAsync(Prefix + "a/updated", default))!.Value.Value.KeyId);
        Assert.Null(await datastore.GetAsync(Prefix + "b/deleted", default));
        Assert.Null(await datastore.GetAsync(Prefix + "a/upd", default));
    }

    [Fact]
    public async Task List_WhileRowsAreWritten_IsOneMomentAndStopsNobody()
    {
        for (var i = 0; i < 500; i++)
            _kine.Put($"{Prefix}n/{i:000}", Value("k1"));
        using var datastore = new SqliteDatastore(_kine.Path);
        var read = 0;
        await foreach (var found in datastore.ListAsync(Prefix, default))
        {
            Assert.Equal("k1", found.Value.KeyId);
            _kine.Put($"{Prefix}n/{read++:000}", Value("k2"));
            _kine.Put($"{Prefix}n/{read:000}x", Value("k2"));
        }
        Assert.Equal(500, read);
        Assert.Equal("k2", (await datastore.GetAsync(Prefix + "n/499", default))!.Value.Value.KeyId);
    }

    [Fact]
    public async Task List_BetweenTwoObjects_NoStatementIsOpen()
    {
        using (var transaction = _kine.Begin())
        {
            for (var i = 0; i < 1_200; i++)
                _kine.Put($"{Prefix}n/{i:0000}", Value("k2"), oldValue: Value("k1"));
            transaction.Commit();
        }
        using var datastore = new SqliteDatastore(_kine.Path);
        IAsyncEnumerable<StoredObject>[] lists =
        [
            datastore.ListAsync(Prefix, default),
            datastore.ListBesideAsync(Prefix, default),
            datastore.ListLeftoversAsync(Prefix, default),
        ];
        foreach (var list in lists)
        {
            var (read, last) = (0, "");
            await foreach (var found in list)
            {
                Assert.True(string.CompareOrdinal(found.Key, last) > 0);
                last = found.Key;
                if (read++ % 100 != 0)
                    continue;
                _kine.Put("/registry/configmaps/n/a", Value("k1"));
                Assert.True(_kine.Checkpoint(), "kine's checkpoint waits for a reader");
            }
            Assert.Equal(1_200, read);
        }
    }

    [Fact]
    public async Task List_CompactedMeanwhile_HasEachObjectThatWasThere()
    {
        for (var i = 0; i < 500; i++)
            _kine.Put($"{Prefix}a/{i:000}", Value("k1"));
        _kine.Put(Prefix + "b", Value("k1"));
        _kine.Put(Prefix + "c", Value("k1"));
        using var datastore = new SqliteDatastore(_kine.Path);
        var found = new List<string>();
        await foreach (var one in datastore.ListAsync(Prefix, default))
        {
            if (found.Count == 0)
            {
                _kine.Put(Prefix + "b", Value("k2"), createRevision: 502);
                _kine.Put(Prefix + "c", Value("k1"), deleted: true, createRevision: 503);
                _kine.Put(Prefix + "new", Value("k2"));
                _kine.Put(Prefix + "new", Value("k2"), createRevision: 506);
                _kine.Run($"DELETE FROM kine WHERE id IN (502, 503) AND name IN ('{Prefix}b', '{Prefix}c')");
            }
            found.Add($"{one.Key[Prefix.Length..]}={one.Value.KeyId}");
        }
        Assert.Equal("a/499=k1 b=k2", string.Join(' ', found.Skip(499)));
    }

    [Fact]
    public async Task ListBeside_CurrentRows_AreTheirOldValues()
    {
        Fill();
        Assert.True(_kine.Checkpoint());
        _kine.Put(Prefix + "a/updated", Value("k3"), oldValue: Value("k2"));
        _kine.Put(Prefix + "d/plain", Value("k3"), oldValue: Encoding.ASCII.GetBytes("k8s\0data"));
        _kine.Put(Prefix + "f/twice", Value("k1"), oldValue: Value("k0"));
        _kine.Put(Prefix + "f/twice", Value("k3"), oldValue: Value("k1"));
        _kine.Put(Prefix + "g/deleted", Value("k1"), oldValue: Value("k0"));
        _kine.Put(Prefix + "g/deleted", Value("k1"), deleted: true, oldValue: Value("k1"));
        _kine.Put("/registry/configmaps/a/c", Value("k1"), oldValue: Value("k0"));
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal("a/updated=k2 d/plain=Plain f/twice=k1", await Line(datastore.ListBesideAsync(Prefix, default)));
    }

    [Fact]
    public async Task Holds_Value_IsLookedThrough()
    {
        Fill();
        using var datastore = new SqliteDatastore(_kine.Path);
        Task<bool> Holds(string name, string text) =>
            datastore.HoldsAsync(Prefix + name, Encoding.ASCII.GetBytes(text), default);
        Assert.True(await Holds("d/plain", "data"));
        Assert.False(await Holds("d/plain", "date"));
        Assert.False(await Holds("e/nothing", "data"));
        Assert.False(await Holds("b/deleted", "k8s"));
        Assert.False(await Holds("z", "k8s"));
    }

    [Fact]
    public async Task Get_WithAnOpenTransactionOfTheWriter_DoesNotWait()
    {
        _kine.Put(Prefix + "a", Value("k1"));
        using var datastore = new SqliteDatastore(_kine.Path);
        using var transaction = _kine.Begin();
        _kine.Run("UPDATE kine SET lease = 1");
        Assert.Equal("k1", (await datastore.GetAsync(Prefix + "a", default))!.Value.Value.KeyId);
    }

    [Fact]
    public async Task Open_AfterTheWriterWentAway_StillReads()
    {
        Fill();
        _kine.Dispose();
        using var datastore = new SqliteDatastore(_kine.Path);
        Assert.Equal("k2", (await datastore.GetAsync(Prefix + "a/updated", default))!.Value.Value.KeyId);
    }

    [Fact]
    public async Task List_Interrupted_Stops()
    {
        Fill();
        using var datastore = new SqliteDatastore(_kine.Path);
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await datastore.ListAsync(Prefix, new CancellationToken(true)).CountAsync()
        );
    }

    [Fact]
    public void Open_NoFile_IsRefusedAndNotCreated()
    {
        var e = Assert.Throws<CommandException>(() => new SqliteDatastore(_directory["missing.db"]));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.False(File.Exists(_directory["missing.db"]));
    }

    [Fact]
    public async Task Read_AnotherFile_SaysWhatIsWrong()
    {
        using var text = new SqliteDatastore(_directory.Write("text", new string('x', 4096)));
        Assert.Equal(
            ExitCode.Io,
            (await Assert.ThrowsAsync<CommandException>(() => text.GetAsync("/x", default))).ExitCode
        );
        using var empty = new SqliteDatastore(_directory.Write("empty", ""));
        Assert.Contains(
            "no table of kine",
            (await Assert.ThrowsAsync<CommandException>(() => empty.GetAsync("/x", default))).Message
        );
    }
}
