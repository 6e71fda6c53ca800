using System.Text.Json;
using EdgeKms.Cli.Tests.Report;
using Microsoft.Playwright;

namespace EdgeKms.Browser.Tests.Report;

/// <summary>The page of <c>edgekms report</c> in a browser.</summary>
public sealed class ReportPageTests(Chromium chromium) : IDisposable
{
    private readonly ReportFiles _files = new();

    public static TheoryData<string> Names => [.. Samples.All.Keys];

    /// <summary>Those that differ in what is on the page, and not only in the picture's dates.</summary>
    public static TheoryData<string> Kinds => ["usual", "bad", "hostile", "nothing"];

    public void Dispose() => _files.Dispose();

    [Theory, MemberData(nameof(Kinds))]
    public async Task Page_InLightInDarkAndPrinted_HasNoViolation(string sample)
    {
        var file = _files.Write(sample);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var page = await chromium.Open(file, scheme);

            Assert.Empty(await page.Axe());
            await Photograph(page, $"{sample}-{scheme}");
            Assert.Equal([new Uri(file).AbsoluteUri], page.Requests);
            Assert.Empty(page.Complaints);
            if (scheme == ColorScheme.Light)
            {
                await page.Print();
                Assert.Empty(await page.Axe());
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Page_OnANarrowScreen_StaysWithinItAndHasNoViolation(string sample)
    {
        await using var page = await chromium.Open(_files.Write(sample), width: 390);

        Assert.True(await page.Ask<int>("document.documentElement.scrollWidth") <= 390, "the page is wider");
        Assert.Empty(await page.Axe());
        await Photograph(page, $"{sample}-narrow");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Timeline_EachText_IsInsideThePictureAndNotOverAnother(string sample)
    {
        await using var page = await chromium.Open(_files.Write(sample));

        var wrong = await page.Ask<string[]>(
            """
            (() => {
              const wrong = [];
              const svg = document.querySelector('svg');
              if (!svg) return wrong;
              const box = svg.getBoundingClientRect();
              const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
              for (const [text, r] of texts) {
                if (r.left < box.left - 0.5 || r.right > box.right + 0.5 || r.top < box.top - 0.5 || r.bottom > box.bottom + 0.5)
                  wrong.push(`outside: ${text}`);
              }
              for (let i = 0; i < texts.length; i++)
                for (let j = i + 1; j < texts.length; j++) {
                  const [a, p] = texts[i], [b, q] = texts[j];
                  // A line of text is taller than its letters: a touch is none.
                  if (p.left < q.right && q.left < p.right && p.top + 2 < q.bottom && q.top + 2 < p.bottom)
                    wrong.push(`over one another: ${a} and ${b}`);
                }
              return wrong;
            })()
            """
        );

        Assert.Empty(wrong);
        await Photograph(page, $"{sample}-timeline");
        Assert.Equal(sample == "nothing", await page.Ask<bool>("document.querySelectorAll('svg .bar').length === 0"));
    }

    [Fact]
    public async Task Page_WithoutScript_ReadsTheSame()
    {
        var file = _files.Write("usual");
        await using var usual = await chromium.Open(file);
        await using var plain = await chromium.Open(file, script: false);
        var read = await plain.Text();

        Assert.Equal(await usual.Text(), read);
        Assert.Contains("All 1,204 Secrets and ConfigMaps are encrypted under the active key", read);
    }

    [Fact]
    public async Task Keyboard_FromTheTop_ReachesTheSkipLinkThenEachPart()
    {
        await using var page = await chromium.Open(_files.Write("usual"));
        const string Focused =
            "(e => e.getAttribute('href') ?? e.getAttribute('aria-labelledby'))(document.activeElement)";
        var order = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await page.Ask<bool>("document.activeElement === document.body"))
                break;
            order.Add(await page.Ask<string>(Focused));
            Assert.True(
                await page.Ask<bool>(
                    "(e => { const s = getComputedStyle(e); const r = e.getBoundingClientRect(); "
                        + "return s.outlineStyle === 'solid' && r.top >= 0 && r.height > 0; })(document.activeElement)"
                ),
                $"{order[^1]} doesn't show that it has the focus"
            );
        }

        Assert.Equal(
            [
                "#report",
                "#objects",
                "#cluster",
                "#provider",
                "#rotation",
                "#backups",
                "#doctor",
                "#audit-log",
                "objects-table",
                "timeline-title",
            ],
            order.Take(10)
        );
        var targets = await page.Ask<string[]>(
            "[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))"
        );
        Assert.Empty(targets);
    }

    [Fact]
    public async Task SkipLink_Pressed_MovesTheFocusToTheReport()
    {
        await using var page = await chromium.Open(_files.Write("usual"));
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("report", await page.Ask<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Names_ThatLookLikeMarkup_AreText()
    {
        await using var page = await chromium.Open(_files.Write("hostile"));

        Assert.Equal(0, await page.Ask<int>("document.querySelectorAll('script').length"));
        Assert.Equal(1, await page.Ask<int>("document.querySelectorAll('style').length"));
        Assert.Contains("<script>alert(1)</script>\"&'</style>?", await page.Text());
    }

    [Fact]
    public async Task Policy_OfThePage_RefusesAnyScriptAndAnyRequest()
    {
        var file = _files.Write("usual");
        // What an attacker would add if anything could be added.
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file)).Replace(
                "</main>",
                "<script>document.title='ran'</script><img src='https://127.0.0.1:1/x' alt='x'></main>",
                StringComparison.Ordinal
            )
        );
        await using var page = await chromium.Open(file);

        Assert.NotEqual("ran", await page.Page.TitleAsync());
        Assert.Equal(2, page.Complaints.Count(c => c.Contains("Content Security Policy", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Printed_OnA4_RepeatsTheHeadingsAndCutsNoRow()
    {
        await using var page = await chromium.Open(_files.Write("long"));
        await page.Print();

        Assert.Equal(
            "table-header-group",
            await page.Ask<string>("getComputedStyle(document.querySelector('thead')).display")
        );
        Assert.Equal(
            "avoid",
            await page.Ask<string>("getComputedStyle(document.querySelector('tbody tr')).breakInside")
        );
        Assert.Equal("none", await page.Ask<string>("getComputedStyle(document.querySelector('.skip')).display"));
        var pdf = await page.Page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true, PrintBackground = true });
        var text = System.Text.Encoding.Latin1.GetString(pdf);
        // 210 by 297 mm in points.
        Assert.Matches(@"/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", text);
    }

    [Fact]
    public async Task Structure_OfThePage_IsAnOutlineThatAProgramCanFollow()
    {
        await using var page = await chromium.Open(_files.Write("bad"));
        var outline = await page.Ask<JsonElement>(
            """
            ({
              headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1])),
              mains: document.querySelectorAll('main').length,
              lang: document.documentElement.lang,
              captions: [...document.querySelectorAll('table')].every(t => t.caption && t.caption.textContent),
              scopes: [...document.querySelectorAll('th')].every(h => h.scope),
              ids: [...document.querySelectorAll('[id]')].map(e => e.id),
              quirks: document.compatMode
            })
            """
        );

        var headings = outline.GetProperty("headings").EnumerateArray().Select(h => h.GetInt32()).ToList();
        Assert.Equal(1, headings.Count(h => h == 1));
        Assert.All(headings.Zip(headings.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.Equal(1, outline.GetProperty("mains").GetInt32());
        Assert.Equal("en", outline.GetProperty("lang").GetString());
        Assert.True(outline.GetProperty("captions").GetBoolean());
        Assert.True(outline.GetProperty("scopes").GetBoolean());
        Assert.Equal("CSS1Compat", outline.GetProperty("quirks").GetString());
        var ids = outline.GetProperty("ids").EnumerateArray().Select(i => i.GetString()).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    private static async Task Photograph(OpenPage page, string name)
    {
        if (ReportFiles.Pictures is not { } folder)
            return;
        var path = Path.Combine(folder, name.ToLowerInvariant());
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path + ".png", FullPage = true });
        if (name.EndsWith(nameof(ColorScheme.Light), StringComparison.Ordinal))
        {
            var pdf = new PagePdfOptions
            {
                Path = path + ".pdf",
                PreferCSSPageSize = true,
                PrintBackground = true,
            };
            await page.Page.PdfAsync(pdf);
        }
    }
}
