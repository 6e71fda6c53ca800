using System.Globalization;
using System.Text;
using EdgeKms.Cli.Status.Live;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Cli.Tests.Status.Live;

public class CallCountTests
{
    [Fact]
    public void Read_OfAPage_AddsItsCodes()
    {
        var count = CallCount.Read(Page(ok: 8, failed: 2), "Encrypt");
        Assert.Equal((10, 2), (count.Calls, count.Failed));
        Assert.Equal([0.001, 0.01, double.PositiveInfinity], count.Bounds);
        Assert.Equal([4, 8, 10], count.UpTo);
        Assert.Equal(0, CallCount.Read(Page(1, 1), "Decrypt").Calls);
    }

    [Theory]
    [InlineData(0.4, 0.001)] // the end of the first bucket
    [InlineData(0.2, 0.0005)] // half of it
    [InlineData(0.6, 0.0055)] // half of the second
    [InlineData(0.99, 0.01)] // beyond the last bound
    public void Quantile_OfBuckets_IsInterpolatedAsPrometheusDoes(double part, double seconds) =>
        Assert.Equal(seconds, CallCount.Read(Page(8, 2), "Encrypt").Quantile(part)!.Value, 9);

    [Fact]
    public void Quantile_WithoutCalls_IsNone()
    {
        Assert.Null(CallCount.Read(Page(0, 0), "Encrypt").Quantile(0.5));
        Assert.Null(CallCount.Read([], "Encrypt").Quantile(0.5));
    }

    [Fact]
    public void Window_OfTwoPages_IsWhatCameBetween()
    {
        var time = new FakeTimeProvider();
        var window = new CallWindow(time);
        Assert.All(window.Next(Page(8, 2)), r => Assert.Null(r.PerSecond));
        time.Advance(TimeSpan.FromSeconds(2));

        var encrypt = window.Next(Page(28, 2)).Single(r => r.Method == "Encrypt");

        Assert.Equal(10, encrypt.PerSecond);
        Assert.Equal(30, encrypt.Total);
    }

    [Fact]
    public void Window_OfADaemonThatWasStartedAnew_CountsFromItsStart()
    {
        var time = new FakeTimeProvider();
        var window = new CallWindow(time);
        window.Next(Page(800, 2));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, window.Next(Page(8, 2)).Single(r => r.Method == "Encrypt").PerSecond);
    }

    [Fact]
    public void Window_OfADaemonThatServesKmsV1_HasItsMethodsToo()
    {
        string[] v2 = ["Status", "Encrypt", "Decrypt"];
        byte[] page = [.. Page(8, 2), .. "edgekms_kms_requests_total{method=\"V1Encrypt\",code=\"OK\"} 5\n"u8];
        var window = new CallWindow(new FakeTimeProvider());
        Assert.Equal(v2, window.Next(Page(8, 2)).Select(r => r.Method));
        var both = window.Next(page);
        Assert.Equal([.. v2, "V1Encrypt"], both.Select(r => r.Method));
        Assert.Equal(5, both[^1].Total);
        Assert.Equal(v2, window.Next(Page(8, 2)).Select(r => r.Method)); // restarted without it
    }

    /// <summary>Half of the good calls within 1 ms, all of them within 10 ms, the failed ones longer.</summary>
    private static byte[] Page(int ok, int failed) =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                edgekms_kms_requests_total{method="Encrypt",code="OK"} {{ok}}
                edgekms_kms_requests_total{method="Encrypt",code="Internal"} {{failed}}
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="OK",le="0.001"} {{ok / 2}}
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="OK",le="0.01"} {{ok}}
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="OK",le="+Inf"} {{ok}}
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="Internal",le="0.001"} 0
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="Internal",le="0.01"} 0
                edgekms_kms_request_duration_seconds_bucket{method="Encrypt",code="Internal",le="+Inf"} {{failed}}

                """
            )
        );
}
