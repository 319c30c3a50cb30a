namespace Microsoft.ML.StateSpace.Reports.Tests.Browser;

/// <summary>A test that needs Chromium, and is skipped, saying so, where there is none.</summary>
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute()
    {
        if (Chromium.Program is null)
            Skip = "There is no Chromium on the PATH or at its usual places: install the package chromium to look at pages in it.";
    }
}
