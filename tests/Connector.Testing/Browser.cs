using Microsoft.Playwright;

namespace CustomerIo.Connector.Testing;

/// <summary>A browser that is on this machine.</summary>
public static class Browser
{
    private static readonly string[] s_names =
    [
        // The one without a window first: it takes two thirds of the others' time.
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
        "chrome.exe",
        "msedge.exe",
    ];

    private static readonly string[] s_places =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>Starts one, with switches of its own; without any the test is skipped, or fails where CI is true.</summary>
    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright, params string[] switches)
    {
        var own = playwright.Chromium.ExecutablePath;
        var file = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name)))
            .Concat(s_places)
            .Append(own)
            .FirstOrDefault(File.Exists);
        if (file is null)
        {
            const string Words =
                "There is no Chromium, Chrome or Edge on this machine. Install one, such as Debian's package chromium, to run the browser tests.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Words);
            }

            Assert.Ignore(Words);
        }

        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = file, Args = switches });
    }
}
