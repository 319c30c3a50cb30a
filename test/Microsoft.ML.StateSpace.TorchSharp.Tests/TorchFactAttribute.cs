using TorchSharp;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>A fact that needs the native library of TorchSharp, and is skipped, with the reason, where there is none.</summary>
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = NativeLibrary.WhyNot;
}

/// <summary>A theory that needs the native library of TorchSharp, and is skipped, with the reason, where there is none.</summary>
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = NativeLibrary.WhyNot;
}

internal static class NativeLibrary
{
    /// <summary>Why the native library cannot be used; <see langword="null"/> where it can.</summary>
    public static string? WhyNot { get; } = Load();

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
