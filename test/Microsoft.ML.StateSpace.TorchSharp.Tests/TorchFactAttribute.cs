using TorchSharp;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>A fact that needs the native library of TorchSharp, and is skipped, with the reason, where there is none.</summary>
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = NativeLibrary.WhyToSkip;
}

/// <summary>A theory that needs the native library of TorchSharp, and is skipped, with the reason, where there is none.</summary>
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = NativeLibrary.WhyToSkip;
}

internal static class NativeLibrary
{
    private const string Required = "STATESPACE_REQUIRE_TORCH";

    /// <summary>
    /// Why the native library cannot be used; <see langword="null"/> where it can, and where the environment variable
    /// STATESPACE_REQUIRE_TORCH is 1: there a test without it is not skipped but fails.
    /// </summary>
    public static string? WhyToSkip { get; } = Load() is string why && Environment.GetEnvironmentVariable(Required) != "1" ? why : null;

    private static string? Load()
    {
        try
        {
            torch.set_num_threads(1); // these tensors are too small to share
            return null;
        }
        catch (Exception error)
        {
            return $"TorchSharp's native library is not here: {(error.InnerException ?? error).Message.Split('\n')[0]}";
        }
    }
}
