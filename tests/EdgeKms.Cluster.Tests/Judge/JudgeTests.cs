using System.Text;

namespace EdgeKms.Cluster.Tests.Judge;

/// <summary>The judge itself: that it says of each rule and form what kube-apiserver does, and works as its server would.</summary>
public sealed class JudgeTests(JudgeTests.Shared shared) : IClassFixture<JudgeTests.Shared>, IDisposable
{
    private const string Head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
    private const string Aes =
        "  - aescbc: {keys: [{name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}\n";
    private const string Identity = "  - identity: {}\n";
    private const string Key = "/registry/secrets/default/a";

    private readonly TemporaryDirectory _directory = new();

    private EncryptionJudge Judge => shared.Judge;

    public void Dispose()
    {
        shared.Rest();
        _directory.Dispose();
    }

    public static TheoryData<string> Texts => [.. JudgedText.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Check_Text_IsWhatKubernetesMakesOfIt(string name)
    {
        var text = JudgedText.All.Single(t => t.Name == name);
        var check = Judge.Check(text.Text, text.Reload, text.KmsV1);
        Assert.Equal(text.Reads, check.Model?.ToString());
        if (text.Refused is null)
            Assert.Null(check.Error);
        else
            Assert.Contains(text.Refused, check.Error, StringComparison.Ordinal);

        // A server that starts says the same; no plugin answers.
        Assert.Equal(check.Error, Judge.Restart("s", text.Text, text.Reload, text.KmsV1).Error);
    }

    [Theory]
    [InlineData("v2", "k8s:enc:kms:v2:edgekms:")]
    [InlineData("v1", "k8s:enc:kms:v1:edgekms:")]
    public void Write_ByPlugin_IsReadWhileTheFileHasTheProvider(string version, string prefix)
    {
        var plugin = Plugin("k", "ours");
        var kms = Kms("edgekms", plugin, version);
        Assert.Equal(new LoadedServer(null, "", false), Judge.Load("s", File(kms, Identity), kmsV1: true));
        var stored = Write("s");
        Assert.StartsWith(prefix, Encoding.Latin1.GetString(stored.Stored.Span), StringComparison.Ordinal);
        Assert.Equal("hello", Read("s", stored));

        Assert.Null(Judge.Load("s", File(Aes, kms, Identity), kmsV1: true).Error);
        Assert.Equal("hello, stale", Read("s", stored));
        Assert.Null(Judge.Restart("s", File(Aes, kms, Identity), kmsV1: true).Error);
        Assert.Equal("hello, stale", Read("s", stored));
        Assert.Null(Judge.Load("s", File(Aes, Identity), kmsV1: true).Error);
        Assert.Equal("no matching prefix found", Read("s", stored));
        Assert.Null(
            Judge.Load("s", File(Aes, Kms("edgekms", Plugin("other", "theirs"), version), Identity), kmsV1: true).Error
        );
        Assert.NotEqual("hello, stale", Read("s", stored));
        Assert.Null(Judge.Load("s", File(Kms("edgekms", Plugin("moved", "ours"), version)), kmsV1: true).Error);
        Assert.Equal("hello", Read("s", stored));
    }

    [Fact]
    public void Write_ByEachEntry_IsOfTheFirstThatCovers()
    {
        Judge.Restart("s", Head + Entry("things.example.com", Aes) + Entry("'*.'", Identity) + Entry("'*.*'", Aes));
        Assert.Equal(
            "aescbc plain aescbc",
            string.Join(
                ' ',
                new[] { "things.example.com", "secrets", "others.example.com" }.Select(r =>
                    Judge.Write("s", r, Key, "hello"u8).Stored.Span.SequenceEqual("hello"u8) ? "plain" : "aescbc"
                )
            )
        );
        Judge.RestartWithoutFlag("s");
        Assert.Equal("hello"u8, Write("s").Stored.Span);
    }

    [Fact]
    public void Read_OfAnotherKey_Fails()
    {
        Judge.Restart("s", File(Kms("edgekms", Plugin("k"))));
        var stored = Write("s");
        Assert.Equal("cipher: message authentication failed", Read("s", stored with { Key = Key + "b" }));
    }

    [Fact]
    public void Read_OfMany_IsAnsweredInOrder()
    {
        Judge.Restart("s", File(Aes));
        var stored = Write("s");
        var plain = stored with { Stored = "plain"u8.ToArray() };
        Assert.Equal([null, "no matching prefix found"], Judge.Read("s", [stored, plain]).Select(r => r.Error));
    }

    [Fact]
    public void Load_OfWhatIsRefused_LeavesTheServer()
    {
        var gone = _directory["gone"];
        var file = File(Aes);
        Judge.Restart("s", file);
        var stored = Write("s");

        Assert.Contains("at least one", Judge.Load("s", Head).Error, StringComparison.Ordinal);
        Assert.Equal("hello", Read("s", stored));
        Assert.Contains(
            "health check for new transformers failed",
            Judge.Load("s", File(Kms("edgekms", gone))).Error,
            StringComparison.Ordinal
        );
        Assert.Equal("hello", Read("s", stored));
        Assert.True(Judge.Load("s", file).Unchanged);

        // The same texts stop a server that starts, or leave it without a plugin.
        Assert.Contains(
            "connect: no such file",
            Judge.Restart("s", File(Kms("edgekms", gone))).Health,
            StringComparison.Ordinal
        );
        Assert.NotNull(Judge.Write("s", "secrets", Key, "hello"u8).Error);
        Assert.NotNull(Judge.Restart("s", Head).Error);
        Assert.Equal("server \"s\" does not run", Read("s", stored));
    }

    [Fact]
    public void Restart_WithoutPlugin_ReadsNothingUntilTheNext()
    {
        var kms = File(Kms("edgekms", Plugin("k")));
        Judge.Restart("s", kms);
        var stored = Write("s");

        shared.Unplug(_directory["k"]);
        Assert.Contains("connect: no such file", Judge.Restart("s", kms).Health, StringComparison.Ordinal);
        Assert.Equal("got unexpected nil transformer", Read("s", stored));
        Plugin("k");
        Assert.Equal("", Judge.Restart("s", kms).Health);
        Assert.Equal("hello", Read("s", stored));
    }

    [Fact]
    public void Read_WithoutPlugin_FailsUntilItIsBack()
    {
        var kms = Kms("edgekms", Plugin("k"));
        Judge.Restart("s", File(kms));
        var stored = Write("s");
        Judge.Restart("s", File(kms)); // another seed than that of the object

        shared.Unplug(_directory["k"]);
        Assert.Contains("connect: no such file", Read("s", stored), StringComparison.Ordinal);
        Plugin("k");
        Assert.Equal("hello", Read("s", stored));
    }

    [Fact]
    public async Task Load_HundredsOfTimes_LeaksNothing()
    {
        var kms = Kms("edgekms", Plugin("k")) + Kms("v1", _directory["k"], "v1");
        Judge.Restart("s", File(kms), kmsV1: true);
        var masked = Head + Entry("'*.*'", kms) + Entry("secrets", Identity); // refused when its plugins have been asked
        var before = Judge.Stats();
        for (var i = 0; i < 300; i++)
        {
            var file = File(kms) + $"# {i}\n";
            Assert.Null(Judge.Check(file, kmsV1: true).Error);
            Assert.Null(
                (i % 3 == 0 ? Judge.Restart("s", file, kmsV1: true) : Judge.Load("s", file, kmsV1: true)).Error
            );
            Assert.Contains("masked", Judge.Load("s", masked, kmsV1: true).Error, StringComparison.Ordinal);
            Assert.Contains("masked", Judge.Check(masked, kmsV1: true).Error, StringComparison.Ordinal);
            Judge.Restart("t", file, kmsV1: true);
            Judge.Drop("t");
        }
        // Connections close behind the answer: a minute is for a machine under load, a leak is of hundreds.
        bool Leaks() =>
            Judge.Stats() is var after && (after.Goroutines > before.Goroutines + 10 || after.Files > before.Files + 4);
        for (var i = 0; i < 3000 && Leaks(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(Leaks());
        Assert.Equal(1, Judge.Stats().Servers);
    }

    private string Plugin(string name, string kek = "shared")
    {
        shared.Plug(_directory[name], kek);
        return _directory[name];
    }

    private static string Kms(string name, string socket, string version = "v2") =>
        $"  - kms: {{apiVersion: {version}, name: {name}, endpoint: \"unix://{socket}\"}}\n";

    private static string File(params string[] providers) => Head + Entry("secrets", providers);

    private static string Entry(string resources, params string[] providers) =>
        $"- resources: [{resources}]\n  providers:\n{string.Concat(providers)}";

    private StoredObject Write(string server)
    {
        var written = Judge.Write(server, "secrets", Key, "hello"u8);
        Assert.Null(written.Error);
        return new StoredObject("secrets", Key, written.Stored);
    }

    private string Read(string server, StoredObject stored)
    {
        var read = Judge.Read(server, stored);
        return read.Error ?? Encoding.UTF8.GetString(read.Value.Span) + (read.Stale ? ", stale" : "");
    }

    /// <summary>One judge for all tests, which is skipped with each of them.</summary>
    public sealed class Shared : IDisposable
    {
        private readonly List<string> _sockets = [];
        private EncryptionJudge? _judge;

        internal EncryptionJudge Judge => _judge ??= EncryptionJudge.Start();

        internal void Plug(string socket, string kek)
        {
            Judge.Plugin(socket, kek);
            _sockets.Add(socket);
        }

        internal void Unplug(string socket)
        {
            Judge.Unplug(socket);
            _sockets.Remove(socket);
        }

        internal void Rest()
        {
            _judge?.Drop("s");
            foreach (var socket in _sockets.ToArray())
                Unplug(socket);
        }

        public void Dispose() => _judge?.Dispose();
    }
}
