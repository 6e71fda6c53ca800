using EdgeKms.Cli.Pages;

namespace EdgeKms.Cli.Tests.Pages;

public class ProgressBarTests
{
    [Theory]
    [InlineData(0, 0, "[------------------------]   0%  0 of 0  secrets")]
    [InlineData(1_000, 2_000, "[############------------]  50%  1,000 of 2,000  secrets")]
    [InlineData(2_001, 2_000, "[########################] 100%  2,001 of 2,000  secrets")]
    public void Line_Counts_AreABar(long done, long total, string line) =>
        Assert.Equal(line, ProgressBar.Line("secrets", done, total));

    [Fact]
    public void Show_NoTerminal_WritesNothing()
    {
        using var output = new StringWriter();
        using (var bar = new ProgressBar(output, null, TimeProvider.System))
            bar.Show("secrets", 1, 2);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Show_NarrowTerminal_FitsOneLineAndIsWiped()
    {
        using var output = new StringWriter();
        using (var bar = new ProgressBar(output, 20, TimeProvider.System))
        {
            bar.Show("secrets", 1, 2);
            bar.Show("secrets", 2, 2); // too soon
        }
        var parts = output.ToString().Split('\r');
        Assert.Equal(["", "[############------", new string(' ', 19), ""], parts);
    }
}
