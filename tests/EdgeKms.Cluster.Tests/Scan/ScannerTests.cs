using System.Text;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Scan;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cluster.Tests.Scan;

/// <summary>The counts of real files of kine, and what they mean.</summary>
public sealed class ScannerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;

    public ScannerTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    private static byte[] Under(string key, string provider = "edgekms") =>
        [.. Encoding.ASCII.GetBytes($"k8s:enc:kms:v2:{provider}:"), .. StoredValueTests.Message(key)];

    /// <summary>As EdgeKms' ciphers of KMS v1 name their key, and kube-apiserver stores them.</summary>
    private static byte[] V1(string key) =>
        [
            .. "k8s:enc:kms:v1:edgekms:"u8,
            0,
            (byte)(94 + key.Length),
            2,
            (byte)key.Length,
            .. Encoding.ASCII.GetBytes(key),
            .. new byte[92 + 48],
        ];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private Task<ScanReport> Scan(string? active = "k2", bool everything = false, params string[] resources) =>
        Scan(new ScanExpectation("edgekms", active, "ring"), everything, resources);

    private async Task<ScanReport> Scan(ScanExpectation expected, bool everything = false, params string[] resources)
    {
        using var datastore = new SqliteDatastore(_kine.Path);
        string[] names = resources.Length == 0 ? ["secrets"] : resources;
        var scope = new ScanScope(
            "/registry",
            "configuration",
            [.. names.Select(n => ScannedResource.Of(n, "/registry"))],
            everything,
            Gap: null
        );
        var scanner = new Scanner(datastore, expected, TimeProvider.System);
        return await scanner.RunAsync(scope, progress: null, default);
    }

    private static string States(ScanReport report) =>
        string.Join(
            ' ',
            report.Counts.Select(c => $"{c.Resource}:{c.Prefix ?? c.Form}{c.KeyId}={c.Objects}/{c.State}")
        );

    [Fact]
    public async Task Run_NothingStored_IsWell()
    {
        var report = await Scan();
        Assert.Equal((0, 0, true), (report.Objects, report.ExitCode, report.Complete));
    }

    [Fact]
    public async Task Run_ActiveAndStale_AreApart()
    {
        _kine.Put("/registry/secrets/a/1", Under("k2"));
        Assert.Equal(0, (await Scan()).ExitCode);
        _kine.Put("/registry/secrets/a/2", Under("k1"));
        _kine.Put("/registry/secrets/a/3", Under("k1"));
        var report = await Scan();
        Assert.Equal(
            "secrets:k8s:enc:kms:v2:edgekms:k1=2/stale secrets:k8s:enc:kms:v2:edgekms:k2=1/active",
            States(report)
        );
        Assert.Equal((1, 2, 1), (report.Active, report.Stale, report.ExitCode));
    }

    [Theory]
    [InlineData("k8s\0x", "plain", 2)]
    [InlineData("{}", "plain", 2)]
    [InlineData("k8s:enc:kms:v1:edgekms:x", "kms-v1", 2)]
    [InlineData("k8s:enc:secretbox:v1:key:x", "foreign", 2)]
    [InlineData("k8s:enc:kms:v2:edgekms:damaged", "foreign", 2)]
    [InlineData("damaged", "foreign", 2)]
    public async Task Run_AnythingElse_IsWorseThanStale(string value, string state, int exitCode)
    {
        _kine.Put("/registry/secrets/a/1", Under("k1"));
        _kine.Put("/registry/secrets/a/2", Text(value));
        var report = await Scan();
        Assert.Equal(exitCode, report.ExitCode);
        Assert.Contains(report.Counts, c => c.State == state);
        Assert.Equal(2, report.Objects);
    }

    [Fact]
    public async Task Run_OtherProvidersObject_IsForeign()
    {
        _kine.Put("/registry/secrets/a/1", Under("k2", "other"));
        Assert.Equal((1, 2), ((await Scan()).Foreign, (await Scan()).ExitCode));
    }

    [Fact]
    public async Task Run_ActiveKeyUnknown_DecidesWhatItCan()
    {
        _kine.Put("/registry/secrets/a/1", Under("k1"));
        Assert.Equal((11, 1), ((await Scan(active: null)).ExitCode, (await Scan(active: null)).Undecided));
        _kine.Put("/registry/secrets/a/2", Under("k2"));
        Assert.Equal(1, (await Scan(active: null)).ExitCode);
        _kine.Put("/registry/secrets/a/3", Text("{}"));
        Assert.Equal(2, (await Scan(active: null)).ExitCode);
    }

    [Fact]
    public async Task Run_UnderAKeyThatTheRingLacks_IsUnreadableAndNotStale()
    {
        var ring = new ScanExpectation("edgekms", "k2", "ring", new HashSet<string>(["k1", "k2"]));
        _kine.Put("/registry/secrets/a/1", Under("k2"));
        _kine.Put("/registry/secrets/a/2", Under("k1"));
        Assert.Equal((0L, 1), ((await Scan(ring)).Unreadable, (await Scan(ring)).ExitCode));
        _kine.Put("/registry/secrets/a/3", Under("k3"));
        _kine.Put("/registry/secrets/a/4", Under("k3", "other"));
        _kine.Put("/registry/secrets/a/5", V1("k9.nJ2oV3v0yZrN6mHkq0b1Wg"));

        var report = await Scan(ring);

        Assert.Equal(
            (1L, 1L, 2L, 1L, 0L),
            (report.Active, report.Stale, report.Unreadable, report.Foreign, report.KmsV1)
        );
        Assert.Equal(2, report.ExitCode);
        Assert.Equal("k3", Assert.Single(report.Counts, c => c is { State: "unreadable", Form: "kms-v2" }).KeyId);
        // Nobody vouches for the ring's keys: nothing is called unreadable.
        var unasked = await Scan(ring with { RingKeys = null });
        Assert.Equal((2L, 0L, 1L), (unasked.Stale, unasked.Unreadable, unasked.KmsV1));
    }

    [Fact]
    public async Task Run_ToldToTheDaemon_CountsByKeyOfTheProvider()
    {
        _kine.Put("/registry/secrets/a/1", Under("k2"));
        _kine.Put("/registry/secrets/a/2", Under("k3"));
        _kine.Put("/registry/secrets/a/3", Under("k3"));
        _kine.Put("/registry/configmaps/a/3", Under("k3"));
        _kine.Put("/registry/secrets/a/4", Under("k3", "other"));
        _kine.Put("/registry/secrets/a/5", V1("k9.nJ2oV3v0yZrN6mHkq0b1Wg"));
        _kine.Put("/registry/secrets/a/6", Text("{}"));
        var ring = new ScanExpectation("edgekms", "k2", "ring", new HashSet<string>(["k2"]));

        var told = LastScanReport.Of(await Scan(ring, false, "secrets", "configmaps"))!;

        Assert.Equal("ring", told.RingId);
        Assert.Equal([new("k3", false, 3), new("k2", false, 1), new("k9.nJ2oV3v0yZrN6mHkq0b1Wg", true, 1)], told.Keys);
        // Those of KMS v1 are all there, for who subtracts the unreadable ones.
        Assert.Equal((1L, 0L, 1L), (told.Active, told.Stale, told.KmsV1));
    }

    [Fact]
    public async Task Run_Everything_CountsOtherResourcesWithoutBlame()
    {
        _kine.Put("/registry/secrets/a/1", Under("k2"));
        _kine.Put("/registry/configmaps/a/1", Text("{}"));
        _kine.Put("/registry/ranges/serviceips", Text("\x01"));
        _kine.Put("/registry/services/specs/a/1", Text("{}"));
        _kine.Put("/registry/example.org/things/a/1", Under("k1"));
        _kine.Put("/other/secrets/a/1", Text("{}"));
        var report = await Scan(everything: true);
        Assert.Equal(
            "configmaps:plain=1/not-covered ranges:unknown=1/not-covered "
                + "secrets:k8s:enc:kms:v2:edgekms:k2=1/active services:plain=1/not-covered "
                + "things.example.org:k8s:enc:kms:v2:edgekms:k1=1/stale",
            States(report)
        );
        Assert.Equal((1, 3), (report.ExitCode, report.NotCovered));
    }

    [Fact]
    public async Task Run_TwoNamesOfOnePlace_CountItOnce()
    {
        _kine.Put("/registry/deployments/a/1", Text("{}"));
        var report = await Scan("k2", false, "deployments.apps", "deployments.extensions.k8s.io");
        Assert.Equal("deployments.apps:plain=1/plain", States(report));
    }

    [Fact]
    public async Task Run_HistoryAndDeleted_AreLeftoversByKey()
    {
        _kine.Put("/registry/secrets/a/1", Under("k1"));
        _kine.Put("/registry/secrets/a/1", Under("k2"), oldValue: Under("k1"));
        _kine.Put("/registry/secrets/a/2", Under("k0"));
        _kine.Put("/registry/secrets/a/2", Under("k0"), deleted: true);
        _kine.Put("/registry/configmaps/a/2", Text("{}"), deleted: true);
        var report = await Scan();
        Assert.Equal((1, 0), (report.Objects, report.ExitCode));
        Assert.Equal("k0=2 k1=2", string.Join(' ', report.Leftovers.Counts.Select(c => $"{c.KeyId}={c.Values}")));
        Assert.Equal(("sqlite", 4, true), (report.Leftovers.Kind, report.Leftovers.Values, report.Leftovers.Counted));
    }

    [Fact]
    public async Task Run_WithProgress_SaysHowManyThereAre()
    {
        for (var i = 0; i < 2_500; i++)
            _kine.Put($"/registry/secrets/a/{i}", Under("k2"));
        using var datastore = new SqliteDatastore(_kine.Path);
        var seen = new List<ScanProgress>();
        var scope = new ScanScope("/registry", "all", [ScannedResource.Of("secrets", "/registry")], true, null);
        await new Scanner(datastore, new ScanExpectation("edgekms", "k2", null), TimeProvider.System).RunAsync(
            scope,
            seen.Add,
            default
        );
        Assert.Equal([new("secrets", 1_000, 2_500), new("secrets", 2_000, 2_500)], seen);
    }
}
