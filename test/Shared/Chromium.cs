namespace Microsoft.ML.StateSpace.Testing;

/// <summary>Where a Chromium is, if there is one.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    private static readonly string[] UsualPlaces =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>The program; <see langword="null"/> where none is found.</summary>
    public static string? Program { get; } = Candidates().FirstOrDefault(File.Exists);

    /// <summary>Why a test that needs it is skipped; <see langword="null"/> where it is there.</summary>
    public static string? Missing { get; } = Program is not null
        ? null
        : "There is no Chromium on the PATH or at its usual places: install the package chromium to look at pages in it.";

    private static IEnumerable<string> Candidates()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(_ => Names, Path.Combine).Concat(UsualPlaces);
}
