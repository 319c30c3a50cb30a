namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// The peer of .NET: the layers of the TorchSharp engine, on the libtorch of the package TorchSharp-cpu. It is a process of its own, with
/// as many threads as there are processors and the same malloc as PyTorch.
/// </summary>
internal static class LibTorch
{
    public const string Form = "libtorch";

    /// <summary>What the peer is, or why it is not here; empty before <see cref="Find"/>.</summary>
    public static string Line { get; private set; } = "";

    public static bool IsFound { get; private set; }

    /// <summary>Looks whether the native library loads.</summary>
    public static void Find()
    {
        try
        {
            using var peer = Start();
            var answer = peer.Ask("probe");
            Line = $"libtorch {answer["libtorch"]} by TorchSharp {answer["torchSharp"]}, {answer["threads"]} threads, malloc tuned";
            IsFound = true;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            Line = $"no libtorch ({error.Message.Split('\n')[0].Trim()})";
        }
    }

    public static Peer Start() => new(Child.StartInfo("libtorch"));
}
