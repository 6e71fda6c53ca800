namespace EdgeKms.Cli.Report.Html;

/// <summary>An open element; its end closes it.</summary>
internal readonly struct HtmlElement(HtmlWriter writer, string name) : IDisposable
{
    public void Dispose() => writer.End(name);
}
