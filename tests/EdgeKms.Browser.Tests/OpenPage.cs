using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EdgeKms.Browser.Tests;

/// <summary>A file in the browser.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    internal OpenPage(IPage page, IBrowserContext context)
    {
        (Page, _context) = (page, context);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
        // Of the context: also what a worker or a prefetch would ask for.
        context.Request += (_, request) => Requests.Add(request.Url);
    }

    internal IPage Page { get; }

    /// <summary>Errors and warnings of the console, those of the security policy included.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>Everything that was asked for, the page itself first.</summary>
    internal List<string> Requests { get; } = [];

    internal Task Go(string file) => Page.GotoAsync(new Uri(file).AbsoluteUri);

    internal Task Print() => Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

    /// <summary>What axe finds against WCAG 2.1 AA and against its own good practice, in words; empty where it finds nothing.</summary>
    internal async Task<IReadOnlyList<string>> Axe()
    {
        var result = await Page.RunAxe(
            new AxeRunOptions
            {
                // Of what is right, one example each: a page of two hundred keys has thousands.
                ResultTypes = [ResultType.Violations],
                RunOnly = new RunOnlyOptions
                {
                    Type = "tag",
                    Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
                },
            }
        );
        Assert.NotEmpty(result.Passes);
        Assert.Contains(result.Passes, p => p.Id == "color-contrast");
        return [.. result.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {v.Help}: {n.Html}"))];
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    /// <summary>What a person reads.</summary>
    internal Task<string> Text() => Page.InnerTextAsync("body");

    internal Task<T> Ask<T>(string script) => Page.EvaluateAsync<T>(script);
}
