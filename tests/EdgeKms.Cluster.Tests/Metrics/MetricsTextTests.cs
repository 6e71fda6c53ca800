using System.Text;
using EdgeKms.Cluster.Metrics;

namespace EdgeKms.Cluster.Tests.Metrics;

public class MetricsTextTests
{
    private static IReadOnlyList<MetricSample> Read(string text) =>
        MetricsText.Read(Encoding.UTF8.GetBytes(text), "m_total");

    [Fact]
    public void Read_LinesOfTheMetric_AreTheOnlyOnes()
    {
        const string Text = """
            # HELP m_total [ALPHA] Text with m_total{a="b"} 7
            # TYPE m_total counter
            m_total{provider_name="edgekms",key_id_hash="sha256:ab"} 1.7e+09
            m_total_more{a="b"} 1
            other{x="m_total"} 2
            m_total 3
            m_total{} 4 1700000000000
            """;
        var samples = Read(Text);
        Assert.Equal([1.7e9, 3, 4], samples.Select(s => s.Value));
        Assert.True(samples[0].Has("provider_name", "edgekms"));
        Assert.True(samples[0].Has("key_id_hash", "sha256:ab"));
        Assert.False(samples[0].Has("provider_name", "edge"));
        Assert.False(samples[1].Has("provider_name", "edgekms"));
    }

    [Fact]
    public void Read_LabelsWithEscapesAndBraces_AreRead()
    {
        var sample = Assert.Single(Read("""m_total{a="x\"y\\z\n}, b=\"",c="d",} 5"""));
        Assert.True(sample.Has("a", "x\"y\\z\n}, b=\""));
        Assert.True(sample.Has("c", "d"));
        Assert.Equal(5, sample.Value);
    }

    [Theory]
    [InlineData("m_total")]
    [InlineData("m_total ")]
    [InlineData("m_total{")]
    [InlineData("m_total{a")]
    [InlineData("m_total{a=\"b")]
    [InlineData("m_total{a=\"b\\")]
    [InlineData("m_total{a=\"b\"")]
    [InlineData("m_total{a=\"b\"}")]
    [InlineData("m_total{a=\"b\"} x")]
    public void Read_LineThatIsNotWhole_IsLeftOut(string line)
    {
        Assert.Empty(Read(line));
        Assert.Single(Read(line + "\nm_total 1"));
    }
}
