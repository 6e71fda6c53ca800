using Microsoft.Playwright;

namespace EdgeKms.Browser.Tests;

/// <summary>Debian's Chromium, headless, with an empty profile of its own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
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

    private readonly DirectoryInfo _profile;
    private readonly IPlaywright _driver;
    private readonly IBrowserContext _context;

    private Chromium(DirectoryInfo profile, IPlaywright driver, IBrowserContext context) =>
        (_profile, _driver, _context) = (profile, driver, context);

    /// <summary>In EDGEKMS_CHROMIUM, else where Debian's package puts it; null where there is none.</summary>
    private static string? Program { get; } =
        new[] { Environment.GetEnvironmentVariable("EDGEKMS_CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(
            File.Exists
        );

    /// <summary>Starts it; skips the test where there is none.</summary>
    internal static async Task<Chromium> Start(
        ColorScheme scheme = ColorScheme.Light,
        bool script = true,
        int width = 1280,
        float scale = 1
    )
    {
        Assert.SkipUnless(Program is not null, "needs Chromium: apt-get install chromium, or set EDGEKMS_CHROMIUM");
        var profile = Directory.CreateTempSubdirectory("ek-chromium-");
        var driver = await Playwright.CreateAsync();
        var context = await driver.Chromium.LaunchPersistentContextAsync(
            profile.FullName,
            new BrowserTypeLaunchPersistentContextOptions
            {
                ExecutablePath = Program,
                Headless = true,
                Args = s_flags,
                ColorScheme = scheme,
                JavaScriptEnabled = script,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
                DeviceScaleFactor = scale,
            }
        );
        return new Chromium(profile, driver, context);
    }

    /// <summary>Opens a file, and notes what it asks for and complains of.</summary>
    internal async Task<OpenPage> Open(string file)
    {
        var page = new OpenPage(_context.Pages[0], _context);
        await page.Go(file);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _driver.Dispose();
        _profile.Delete(recursive: true);
    }
}
