using System.Text;
using EdgeKms.Cli.Pages;

namespace EdgeKms.Cli.Report.Html;

/// <summary>
/// Writes HTML and the SVG in it. Whatever comes from a cluster, a file or a program goes through <see cref="Text"/> or an attribute's
/// value and is nothing but text there; names of elements and attributes are our own, and a wrong one is a fault of ours.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _page = new("<!doctype html>");
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element until the result is disposed.</summary>
    internal HtmlElement In(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, attributes);
        _open.Push(name);
        return new HtmlElement(this, name);
    }

    /// <summary>An element with nothing but text in it.</summary>
    internal HtmlWriter Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        using (In(name, attributes))
            Text(text);
        return this;
    }

    /// <summary>An element that has no end, such as <c>meta</c>.</summary>
    internal HtmlWriter Void(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, attributes);
        return this;
    }

    /// <summary>
    /// Escapes what HTML gives a meaning. Control and format characters become question marks: they could turn the direction of
    /// the line and have it read as something else.
    /// </summary>
    internal HtmlWriter Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>The style sheet, which is ours. HTML has no escape inside it.</summary>
    internal HtmlWriter Style(string css)
    {
        if (css.Contains('<', StringComparison.Ordinal))
            throw new ArgumentException("a style sheet in a page holds no <", nameof(css));
        _page.Append("\n<style>").Append(css).Append("</style>");
        return this;
    }

    internal void End(string name)
    {
        if (_open.Count == 0 || _open.Pop() != name)
            throw new InvalidOperationException($"{name} is not what was opened last");
        _page.Append("</").Append(name).Append('>');
    }

    /// <summary>The page, once everything is closed.</summary>
    internal string Finish() =>
        _open.Count == 0
            ? _page.Append('\n').ToString()
            : throw new InvalidOperationException($"{_open.Peek()} is still open");

    private void Tag(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        if (!IsInline(name))
            _page.Append('\n');
        _page.Append('<').Append(Name(name));
        foreach (var (attribute, value) in attributes)
        {
            _page.Append(' ').Append(Name(attribute)).Append("=\"");
            Escape(value);
            _page.Append('"');
        }
        _page.Append('>');
    }

    private void Escape(string text)
    {
        foreach (var c in Printable.Text(text))
        {
            _ = c switch
            {
                '&' => _page.Append("&amp;"),
                '<' => _page.Append("&lt;"),
                '>' => _page.Append("&gt;"),
                '"' => _page.Append("&quot;"),
                '\'' => _page.Append("&#39;"),
                _ => _page.Append(c),
            };
        }
    }

    private static string Name(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? name
            : throw new ArgumentException($"no name of an element or attribute: {name}", nameof(name));

    private static bool IsInline(string name) => name is "a" or "strong" or "code" or "span" or "time" or "br";
}
