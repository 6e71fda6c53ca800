using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Tests.Report.Html;

public class HtmlWriterTests
{
    [Theory]
    [InlineData("<script>", "&lt;script&gt;")]
    [InlineData("\"a\" & 'b'", "&quot;a&quot; &amp; &#39;b&#39;")]
    [InlineData("&lt;", "&amp;lt;")]
    [InlineData("a\u202eb\u0007c\u2028d", "a?b?c?d")]
    [InlineData("déjà 鍵 🔑", "déjà 鍵 🔑")]
    public void Text_OfAnyKind_StaysText(string text, string written)
    {
        var html = new HtmlWriter();
        html.Element("p", text, ("title", text));

        Assert.Equal($"<!doctype html>\n<p title=\"{written}\">{written}</p>\n", html.Finish());
    }

    [Theory]
    [InlineData("p onclick=x")]
    [InlineData("p>")]
    [InlineData("")]
    [InlineData("1p")]
    public void Name_ThatIsNone_IsRefused(string name)
    {
        Assert.Throws<ArgumentException>(() => new HtmlWriter().Element(name, ""));
        Assert.Throws<ArgumentException>(() => new HtmlWriter().Element("p", "", (name, "")));
    }

    [Fact]
    public void Elements_NotClosedInTheirOrder_AreRefused()
    {
        var html = new HtmlWriter();
        var outer = html.In("div");
        html.In("p");

        Assert.Throws<InvalidOperationException>(outer.Dispose);
        Assert.Throws<InvalidOperationException>(() =>
        {
            var open = new HtmlWriter();
            open.In("div");
            open.Finish();
        });
    }

    [Fact]
    public void Style_WithATagInIt_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new HtmlWriter().Style("p{}</style><script>"));
}
