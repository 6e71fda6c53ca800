using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Text;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

public sealed class ConfigurationFileTests : IDisposable
{
    private const string Head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    private readonly TemporaryDirectory _directory = new();
    private readonly ConfigurationFile _file;

    public ConfigurationFileTests() =>
        _file = new ConfigurationFile(
            _directory.Write("config.yaml", Entry("secrets", Aescbc("key1"), "identity: {}"))
        );

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Put_ProviderThatGoes_KeepsACopyWithTheNextNumber()
    {
        var (one, two, three) = (Text(Aescbc("key1")), Text(Aescbc("key2")), Text("identity: {}"));
        File.WriteAllBytes(_file.Path, one.Bytes.ToArray());

        _file.Put(one, two);
        _file.Put(two, three);
        _file.Put(three, one); // loses nothing: identity has no key
        _file.Put(one, two); // is kept already

        Assert.Equal(
            ["config.yaml.before-migration-1", "config.yaml.before-migration-2"],
            _file.Copies.List().Select(c => Path.GetFileName(c.Path))
        );
        Assert.Equal(one.Bytes.ToArray(), File.ReadAllBytes(_file.Copies.List()[0].Path));
        Assert.Equal(two.Bytes.ToArray(), File.ReadAllBytes(_file.Copies.List()[1].Path));
        Assert.All(
            _file.Copies.List(),
            c => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(c.Path))
        );
    }

    [Fact]
    public void Put_CopyOfVersion01_IsKeptAndCountedFirst()
    {
        _directory.Write("config.yaml.before-migration", "old");
        _directory.Write("config.yaml.before-migration-x", "no copy");
        var from = _file.Read();

        _file.Put(from, Text("identity: {}"));

        Assert.Equal(
            ["config.yaml.before-migration", "config.yaml.before-migration-1"],
            _file.Copies.List().Select(c => Path.GetFileName(c.Path))
        );
    }

    [Fact]
    public void Put_FileThatSomebodyElseChanged_StaysAsHeLeftIt()
    {
        var from = _file.Read();
        var theirs = Entry("secrets", Aescbc("key1"), "identity: {}") + "# theirs\n";
        File.WriteAllText(_file.Path, theirs);

        var e = Assert.Throws<CommandException>(() => _file.Put(from, Text("identity: {}", Aescbc("key1"))));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("changed by somebody else", e.Message);
        // Typed as it stands there it is about this file.
        Assert.Contains($"\"edgekms migrate --abort --encryption-config {ShellWord.Of(_file.Path)}\"", e.Hint);
        Assert.Equal(theirs, File.ReadAllText(_file.Path));
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), f => Path.GetFileName(f).StartsWith('.'));
    }

    [Fact]
    public void Put_WhatKubernetesWouldRefuse_IsNotWritten()
    {
        var from = _file.Read();
        var twice = Text(
            "kms: {name: a, apiVersion: v2, endpoint: unix:///a}",
            "kms: {name: a, apiVersion: v2, endpoint: unix:///b}"
        );

        var e = Assert.Throws<CommandException>(() => _file.Put(from, twice));

        Assert.Contains("the name of KMS provider a stands twice", e.Message);
        Assert.Equal(from.Bytes.ToArray(), File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void Put_Mode_Stays()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_file.Path, Mode);

        _file.Put(_file.Read(), Text("identity: {}", Aescbc("key1")));

        Assert.Equal(Mode, File.GetUnixFileMode(_file.Path));
    }

    [Fact]
    public void Path_OfALink_IsItsTarget()
    {
        var link = _directory["link.yaml"];
        File.CreateSymbolicLink(link, _file.Path);
        var file = new ConfigurationFile(link);

        file.Put(file.Read(), Text("identity: {}", Aescbc("key1")));

        Assert.Equal(_file.Path, file.Path);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.StartsWith("identity", _file.Read().Entries[0].First.Kind);
    }

    /// <summary>Many writers of whole files beside many puts: what each of them wrote is there until the next of them writes.</summary>
    [Fact]
    public async Task Put_BesideAnEditor_NeverLosesAnEdit()
    {
        var (a, b) = (Text("identity: {}", Aescbc("key1")), Text(Aescbc("key1"), "identity: {}"));
        File.WriteAllBytes(_file.Path, a.Bytes.ToArray());
        using var end = new CancellationTokenSource();
        var puts = 0;
        var putter = Task.Run(() =>
        {
            for (var (from, to) = (a, b); !end.IsCancellationRequested; )
            {
                try
                {
                    _file.Put(from, to);
                    (from, to, puts) = (to, from, puts + 1);
                }
                catch (CommandException e) when (e.ExitCode == ExitCode.Refused)
                {
                    // An edit stands there; the editor takes it away.
                }
            }
        });
        for (var i = 0; i < 200; i++)
        {
            var edit = Encoding.UTF8.GetBytes(Entry("secrets", Aescbc("key1"), "identity: {}") + $"# edit {i}\n");
            var beside = _directory["editor"];
            File.WriteAllBytes(beside, edit);
            File.Move(beside, _file.Path, overwrite: true);
            for (var look = 0; look < 20; look++)
                Assert.True(edit.AsSpan().SequenceEqual(Settled(edit)), $"edit {i} was lost after {puts} puts");
            File.WriteAllBytes(beside, (i % 2 == 0 ? a : b).Bytes.ToArray());
            File.Move(beside, _file.Path, overwrite: true);
        }
        await end.CancelAsync();
        await putter;
    }

    /// <summary>An exchange that met an edit shows another text for as long as it takes to put it back.</summary>
    private byte[] Settled(byte[] expected)
    {
        var bytes = File.ReadAllBytes(_file.Path);
        // Whoever puts may be off the processor just then, for as long as the machine is busy.
        for (var i = 0; i < 200_000 && !bytes.AsSpan().SequenceEqual(expected); i++)
        {
            Thread.Yield();
            bytes = File.ReadAllBytes(_file.Path);
        }
        return bytes;
    }

    /// <summary>Whatever was taken away between them: a number that was given once is not given again.</summary>
    [Fact]
    public void Put_CopiesWithAGap_GetsANumberAboveTheLast()
    {
        _directory.Write("config.yaml.before-migration-1", "one");
        _directory.Write("config.yaml.before-migration-7", "seven");

        _file.Put(_file.Read(), Text("identity: {}"));

        Assert.Equal(["-1", "-7", "-8"], _file.Copies.List().Select(c => c.Path[(c.Path.LastIndexOf('-'))..]));
        Assert.Equal("seven", File.ReadAllText(_directory["config.yaml.before-migration-7"]));
    }

    [Fact]
    public void RefuseChangeOf_File_IsItsBytes()
    {
        var known = _file.Read();
        _file.RefuseChangeOf(known);

        File.AppendAllText(_file.Path, "# theirs\n");
        Assert.Equal(ExitCode.Refused, Assert.Throws<CommandException>(() => _file.RefuseChangeOf(known)).ExitCode);

        File.Delete(_file.Path);
        Assert.Equal(ExitCode.Refused, Assert.Throws<CommandException>(() => _file.RefuseChangeOf(known)).ExitCode);
    }

    [Fact]
    public void Previous_OfOtherBytes_IsNone()
    {
        var (from, to) = (_file.Read(), Text("identity: {}", Aescbc("key1")));
        Assert.Null(_file.Previous(to));

        _file.KeepPrevious(from, to);

        Assert.Equal(from.Bytes.ToArray(), _file.Previous(to)!.Bytes.ToArray());
        Assert.Null(_file.Previous(from));
        Assert.Null(_file.Previous(Text("identity: {}")));
        _file.Write(journal: null);
        Assert.Null(_file.Previous(to));
    }

    [Fact]
    public void Before_CopyThatIsGone_SaysThatTheWayOnIsOpen()
    {
        var journal = new MigrationJournal(
            new MigrationGoal(null, "kms", "edgekms", KeepIdentity: false),
            true,
            _directory["gone"]
        );

        var e = Assert.Throws<CommandException>(() => _file.Before(journal));

        Assert.Equal(ExitCode.Damaged, e.ExitCode);
        Assert.Contains("without --abort", e.Hint);
    }

    [Fact]
    public void Journal_OfVersion01_IsRead()
    {
        File.WriteAllText(
            _file.Path + ".migration.json",
            """{"from":"aescbc","to":"kms","providerName":"edgekms","keepIdentity":false,"goingBack":true}"""
        );

        var journal = _file.Journal()!;

        Assert.Equal(new MigrationGoal("aescbc", "kms", "edgekms", KeepIdentity: false), journal.Goal);
        Assert.True(journal.IsGoingBack);
        Assert.Equal(_file.Path + ".before-migration", journal.Before);
    }

    [Fact]
    public void Journal_Written_IsReadBackAndTakenAway()
    {
        var journal = new MigrationJournal(
            new MigrationGoal(null, "kms", "till", KeepIdentity: true) { ReadersFrom = "/kept" },
            IsGoingBack: false,
            _file.Path + ".before-migration-3"
        )
        {
            HasReaders = true,
        };
        _file.Write(journal);
        Assert.Equal(journal, _file.Journal());

        _file.Write(journal: null);

        Assert.Null(_file.Journal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"to\": 1}")]
    public void Journal_Damaged_SaysThatTheFileItselfIsWhole(string text)
    {
        File.WriteAllText(_file.Path + ".migration.json", text);

        var e = Assert.Throws<CommandException>(() => _file.Journal());

        Assert.Equal(ExitCode.Damaged, e.ExitCode);
        Assert.Contains("works the steps out from the file as it is", e.Hint);
    }

    private EncryptionFile Text(params string[] providers) =>
        EncryptionFile.Parse(Encoding.UTF8.GetBytes(Entry("secrets", providers)), _file.Path);

    private static string Entry(string resource, params string[] providers) =>
        $"{Head}- resources: [{resource}]\n  providers:\n{string.Concat(providers.Select(p => $"  - {p}\n"))}";

    private static string Aescbc(string key) => $"aescbc: {{keys: [{{name: {key}, secret: {Key}}}]}}";
}
