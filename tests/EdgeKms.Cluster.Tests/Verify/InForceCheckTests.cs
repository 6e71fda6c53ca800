using EdgeKms.Cluster.InForce;
using EdgeKms.Cluster.Tests.InForce;
using EdgeKms.Cluster.Verify;

namespace EdgeKms.Cluster.Tests.Verify;

/// <summary>The file lies there with its bytes since second 0; on the last version that doesn't name its file, and the newest.</summary>
public class InForceCheckTests
{
    private const string Before = "sha256:aaaa";
    private const string OnDisk = "sha256:bbbb";

    private static readonly ConfigurationPut s_put = new(OnDisk, StandIn.Clock(0), null, null, RestartedByUs: false);

    public static TheoryData<string, string, CheckOutcome, CheckOutcome, string> Situations =>
        new()
        {
            { "started with it", "starts 10 new", CheckOutcome.Ok, CheckOutcome.Ok, "works with /f as it is on disk" },
            { "loaded it", "starts -600 old, loads 60 new", CheckOutcome.Ok, CheckOutcome.Ok, "works with /f" },
            {
                "has not looked yet",
                "starts -600 old",
                CheckOutcome.Skipped,
                CheckOutcome.Failed,
                "another file, of hash sha256:aaaa"
            },
            {
                "could not load it",
                "starts -600 old, fails 60",
                CheckOutcome.Failed,
                CheckOutcome.Failed,
                "could not (1 try has failed"
            },
            {
                "started without one",
                "starts 10",
                CheckOutcome.Ok,
                CheckOutcome.Failed,
                "no encryption configuration at all"
            },
            { "isn't ready", "starts 10 new, failing", CheckOutcome.Ok, CheckOutcome.Ok, "works with /f" },
        };

    [Theory]
    [MemberData(nameof(Situations))]
    public void Of_WhatTheApiServerSays_IsComparedWithTheFileOnDisk(
        string situation,
        string happens,
        CheckOutcome silent,
        CheckOutcome naming,
        string text
    )
    {
        Assert.NotEmpty(situation);
        Assert.Equal(silent, Check("v1.33.9", happens).Outcome);
        var line = Check("v1.36.2", happens);
        Assert.Equal(naming, line.Outcome);
        Assert.Contains(text, line.Detail + "\n" + line.Cause);
        Assert.Equal(naming == CheckOutcome.Failed, line.Next is not null);
    }

    // Without automatic reload only a restart takes it; no hint may say so where the file can't be started with.
    [Fact]
    public void Of_AnApiServerThatDoesNotReload_IsToldToRestart()
    {
        var line = Check("v1.36.2", "starts -600 old", reloads: false);
        Assert.Equal(CheckOutcome.Failed, line.Outcome);
        Assert.StartsWith("restart the API server, where no other check", line.Next);
    }

    [Fact]
    public void Of_AnApiServerThatDoesNotAnswer_SaysNothing()
    {
        var line = InForceCheck.Of("/f", s_put, InForceSample.Down(TimeProvider.System, "nobody listens"), "log");
        Assert.Equal((CheckOutcome.Skipped, "nobody listens"), (line.Outcome, line.Detail));
    }

    private static CheckLine Check(string version, string happens, bool reloads = true)
    {
        var server = new StandIn(version, reloads);
        foreach (var step in happens.Split(", "))
        {
            var words = step.Split(' ');
            var second = words.Length > 1 ? int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            var file =
                words.Length < 3 ? null
                : words[2] == "new" ? OnDisk
                : Before;
            switch (words[0])
            {
                case "starts":
                    server.Starts(second + 0.37, file);
                    break;
                case "loads":
                    server.Loads(second, file!);
                    break;
                case "fails":
                    server.Fails(second);
                    break;
                default:
                    server.Failing = "kms-providers";
                    break;
            }
        }
        return InForceCheck.Of("/f", s_put, server.At(200), "tail LOG");
    }
}
