using EdgeKms.Cluster.Conformance;
using EdgeKms.Conformance.Tests.Plugin;

namespace EdgeKms.Conformance.Tests;

/// <summary>Each defect of a plugin makes exactly the checks complain that are about it.</summary>
public class DefectTests
{
    /// <summary>
    /// 6 and 8: Kestrel refuses a ":authority" that is a path (dotnet/aspnetcore 47043). 26, 42, 55: latency, which a
    /// machine under load may not keep.
    /// </summary>
    private static readonly string[] NotTheDefect = ["6", "8", "26", "42", "55"];

    /// <summary>Of each call, where no call is to hang: a guard, which a machine under load keeps.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(2);

    /// <summary>A number alone is a failure; with a "w" behind it a warning.</summary>
    [Theory]
    [InlineData(Defect.None, "")]
    [InlineData(Defect.VersionV1, "19")]
    [InlineData(Defect.VersionChangesAtStart, "19w,20")]
    [InlineData(Defect.HealthzUpperCase, "21,30w")]
    [InlineData(Defect.KeyIdOf1025Bytes, "22")]
    [InlineData(Defect.KeyIdOf65Bytes, "22w")]
    [InlineData(Defect.KeyIdWithSpace, "23w")]
    [InlineData(Defect.KeyIdChangesAtStart, "25,62")]
    [InlineData(Defect.EncryptSaysOtherKeyId, "33,44w,62")]
    [InlineData(Defect.CiphertextOf1025Bytes, "34")]
    [InlineData(Defect.CiphertextDeterministic, "40")]
    [InlineData(Defect.CiphertextHoldsPlaintext, "41")]
    [InlineData(Defect.AnnotationWithSlash, "37")]
    [InlineData(Defect.AnnotationUpperCase, "37")]
    [InlineData(Defect.AnnotationOneLabel, "37")]
    [InlineData(Defect.AnnotationsOf32769Bytes, "38")]
    [InlineData(Defect.AnnotationsOf300Bytes, "38w")]
    [InlineData(Defect.AnnotationHoldsPlaintext, "39")]
    [InlineData(Defect.AnnotationIgnored, "52w")]
    [InlineData(Defect.AnyKeyIdServed, "48,49,53")]
    [InlineData(Defect.EmptyKeyIdServed, "53")]
    [InlineData(Defect.EmptyCiphertextGivesNotFound, "53")]
    [InlineData(Defect.TamperingIgnored, "49,50,52w")]
    [InlineData(Defect.TruncationIgnored, "50")]
    [InlineData(Defect.ExtensionIgnored, "50")]
    [InlineData(Defect.PlaintextCutTo32Bytes, "34w,35,56")]
    [InlineData(Defect.InsistsOn32Bytes, "34w,35,56")]
    [InlineData(Defect.EmptyPlaintextGivesNothing, "36w")]
    [InlineData(Defect.UidMustBeUuid, "43w")]
    [InlineData(Defect.ConcurrentDecryptsMixedUp, "10")]
    [InlineData(Defect.ErrorHoldsPlaintext, "57")]
    [InlineData(Defect.ErrorHoldsPath, "57")]
    [InlineData(Defect.OldIdComesBack, "58")]
    [InlineData(Defect.OldKeysForgotten, "46,47,62")]
    [InlineData(Defect.KeysLostAtStart, "46,47,62")]
    [InlineData(Defect.NewKeyUsedUnannounced, "44w")]
    [InlineData(Defect.DeadlineIgnored, "9")]
    [InlineData(Defect.UnknownFieldsRefused, "15")]
    // v1beta1 looks as if it were offered: only UNIMPLEMENTED says that a method is not there.
    [InlineData(Defect.UnknownMethodGivesNotFound, "4,67,68w,69,70,71,72w,74")]
    [InlineData(Defect.OldServiceWithoutEncrypt, "3")]
    [InlineData(Defect.OversizedAccepted, "13w")]
    [InlineData(Defect.SocketOpenToAll, "18w")]
    [InlineData(Defect.ConnectionsCutAtStop, "80aw")]
    [InlineData(Defect.V1Whole, "")]
    public async Task Run_PluginWithDefect_ComplainsAboutItAlone(Defect defect, string expected)
    {
        var report = await RunAsync(defect, CheckSelection.All, s_guard);

        Assert.Equal(expected, Complaints(report));
    }

    /// <summary>
    /// Defects that lame most of a plugin, or cost seconds: only the checks that are about them are made.
    /// </summary>
    [Theory]
    [InlineData(Defect.KeyIdEmpty, "19-24", "22")]
    [InlineData(Defect.KeyIdNotUtf8, "2,5,23", "23")]
    [InlineData(Defect.None, "80a", "")]
    [InlineData(Defect.KeyIdFlipFlops, "19-24,58", "24,58")]
    [InlineData(Defect.StatusWaitsForRotation, "32", "32w")]
    [InlineData(Defect.UnknownKeyHangs, "45,48", "48")]
    [InlineData(Defect.DecryptMissing, "1-5", "2")]
    [InlineData(Defect.NewConnectionEndsOthers, "10,13,14", "13w,14w")]
    [InlineData(Defect.StaleSocketNotRemoved, "17", "17w")]
    public async Task Run_LamedPlugin_ComplainsAboutTheDefect(Defect defect, string checks, string expected)
    {
        Assert.True(CheckSelection.TryParse(checks, out var selection, out _));

        // kube-apiserver's own 3 s, where it is what the defect is about.
        var limit = defect is Defect.UnknownKeyHangs or Defect.StatusWaitsForRotation
            ? TimeSpan.FromSeconds(3)
            : s_guard;
        var report = await RunAsync(defect, selection, limit);

        Assert.Equal(expected, Complaints(report));
    }

    /// <summary>The checks of v1beta1, and those that a v1beta1 of its own can disturb.</summary>
    [Theory]
    [InlineData(Defect.V1SaysV1, "67")]
    [InlineData(Defect.V1WithoutName, "68w")]
    [InlineData(Defect.V1VersionNotSemantic, "68w")]
    [InlineData(Defect.V1PingRefused, "69")]
    [InlineData(Defect.V1CipherOf65536Bytes, "70")]
    [InlineData(Defect.V1ActiveKeyOnly, "71")]
    [InlineData(Defect.V1VersionIgnored, "")]
    [InlineData(Defect.V1VersionGivesInternal, "72w")]
    [InlineData(Defect.V1TakenByV2, "74")]
    [InlineData(Defect.V2TakenByV1, "74")]
    public async Task Run_OldServiceWithDefect_ComplainsAboutItAlone(Defect defect, string expected)
    {
        Assert.True(CheckSelection.TryParse("1-5,45,50,67-75", out var selection, out _));

        var report = await RunAsync(defect, selection, s_guard);

        Assert.Equal(expected, Complaints(report));
    }

    [Fact]
    public async Task Run_OldServiceWhole_PassesEachCheckOfIt()
    {
        Assert.True(CheckSelection.TryParse("3,67-75", out var selection, out _));

        var report = await RunAsync(Defect.V1Whole, selection, s_guard);

        Assert.Equal(
            ["3", "67", "68", "69", "70", "71", "72", "74"],
            report.Checks.Where(c => c.Outcome == Outcome.Pass).Select(c => c.Number)
        );
        Assert.Equal("refused", report.Checks.Single(c => c.Number == "72").Reason);
    }

    [Theory]
    [InlineData(Defect.None, "the plugin does not offer v1beta1")]
    [InlineData(Defect.OldServiceWithoutEncrypt, "the plugin offers v1beta1 in part: see check 3")]
    public async Task Run_WithoutTheOldService_SkipsItsChecks(Defect defect, string reason)
    {
        Assert.True(CheckSelection.TryParse("67-75", out var selection, out _));

        var report = await RunAsync(defect, selection, s_guard);

        Assert.All(report.Checks, c => Assert.Equal((Outcome.Skip, reason), (c.Outcome, c.Reason)));
    }

    [Theory]
    [InlineData("1.31", "6")]
    [InlineData("1.32", "6w")]
    public async Task Run_PluginOnKestrel_IsHeldToTheAuthorityOfItsKubernetes(string kubernetes, string expected)
    {
        await using var plugin = new TestPlugin(Defect.None);
        await plugin.StartAsync();
        Assert.True(CheckSelection.TryParse("5-8", out var selection, out _));

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Timeout = s_guard,
                Kubernetes = Version.Parse(kubernetes),
                Checks = selection,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(expected, string.Join(',', report.Checks.Where(c => c.Number == "6").Select(TestRun.Complaint)));
        Assert.Equal(Outcome.Pass, report.Checks.Single(c => c.Number == "5").Outcome);
        Assert.Equal(Outcome.Skip, report.Checks.Single(c => c.Number == "7").Outcome);
    }

    [Fact]
    public async Task Run_StrictWithProjectRuleBroken_CountsAFailure()
    {
        await using var plugin = new TestPlugin(Defect.SocketOpenToAll);
        await plugin.StartAsync();
        Assert.True(CheckSelection.TryParse("18", out var selection, out _));

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Timeout = s_guard,
                Checks = selection,
                Strict = true,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(1, report.Failed);
    }

    [Fact]
    public async Task Run_WithoutCommands_SkipsWithTheMissingFlag()
    {
        await using var plugin = new TestPlugin(Defect.None);
        await plugin.StartAsync();
        Assert.True(CheckSelection.TryParse("17,25,46,51,80a", out var selection, out _));

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Timeout = s_guard,
                Checks = selection,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [
                "17: needs --kill-command",
                "25: needs --restart-command",
                "46: needs --rotate-command",
                "51: needs --other-socket",
                "80a: needs --restart-command",
            ],
            report.Checks.Select(c => $"{c.Number}: {c.Reason}")
        );
        Assert.Equal(5, report.Skipped);
    }

    [Fact]
    public async Task Run_TwoInstallations_RefuseEachOthersCiphertexts()
    {
        await using var plugin = new TestPlugin(Defect.None);
        await using var other = new TestPlugin(Defect.None);
        await plugin.StartAsync();
        await other.StartAsync();
        Assert.True(CheckSelection.TryParse("51", out var selection, out _));

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Timeout = s_guard,
                Other = TestRun.Address(other.Socket),
                Checks = selection,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(1, report.Passed);
    }

    private static async Task<ConformanceReport> RunAsync(Defect defect, CheckSelection checks, TimeSpan timeout)
    {
        await using var plugin = new TestPlugin(defect);
        await plugin.StartAsync();
        var options = new ConformanceOptions
        {
            Plugin = TestRun.Address(plugin.Socket),
            Rotate = _ => plugin.RotateAsync(),
            Restart = _ => plugin.RestartAsync(),
            Kill = _ => plugin.KillAsync(),
            Checks = checks,
            Timeout = timeout,
            Patience = s_guard,
            Quick = true,
        };
        return await ConformanceRun.RunAsync(options, TestContext.Current.CancellationToken);
    }

    private static string Complaints(ConformanceReport report) =>
        TestRun.Complaints(report, NotTheDefect, TestContext.Current.TestOutputHelper);
}
