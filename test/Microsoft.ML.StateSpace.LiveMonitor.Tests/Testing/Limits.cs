namespace Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

/// <summary>How long a test waits for what it waits for, before it fails: far longer than a slow machine takes.</summary>
internal static class Limits
{
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);
}
