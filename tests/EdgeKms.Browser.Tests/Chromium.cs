using Microsoft.Playwright;

namespace EdgeKms.Browser.Tests;

/// <summary>Debian's Chromium, headless, with an empty profile of its own; started once, each page in a context of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds until a hung browser fails a test; Playwright's own 30 s are too few for a busy machine.</summary>
    private const float Guard = 300_000;

    private static readonly string[] s_flags =
    [
        "--no-sandbox", // the tests run as root
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private IPlaywright? _driver;
    private IBrowser? _browser;

    /// <summary>In EDGEKMS_CHROMIUM, else where Debian's package puts it; null where there is none.</summary>
    private static string? Program { get; } =
        new[] { Environment.GetEnvironmentVariable("EDGEKMS_CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(
            File.Exists
        );

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        _driver = await Playwright.CreateAsync();
        // The driver makes a new directory for the profile, and deletes it.
        _browser = await _driver.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Headless = true,
                Timeout = Guard,
                Args = s_flags,
            }
        );
    }

    /// <summary>Opens a file, and notes what it asks for and complains of; skips the test where there is no Chromium.</summary>
    internal async Task<OpenPage> Open(
        string file,
        ColorScheme scheme = ColorScheme.Light,
        bool script = true,
        int width = 1280,
        float scale = 1
    )
    {
        Assert.SkipUnless(_browser is not null, "needs Chromium: apt-get install chromium, or set EDGEKMS_CHROMIUM");
        var context = await _browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                ColorScheme = scheme,
                JavaScriptEnabled = script,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
                DeviceScaleFactor = scale,
                ServiceWorkers = ServiceWorkerPolicy.Allow,
            }
        );
        context.SetDefaultTimeout(Guard);
        var page = new OpenPage(await context.NewPageAsync(), context);
        await page.Go(file);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _driver?.Dispose();
    }
}
