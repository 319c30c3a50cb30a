using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Cores with other channels than their layers, which do not go with every block.</summary>
internal static class CoreSizeSituations
{
    private static readonly LruOptions Inner = new()
    {
        Layers = 1, ModelSize = 4, StateSize = 4, CoreInputs = 2, CoreOutputs = 3, FeedThrough = FeedThroughKind.Dense,
        Scaffold = new LinearScaffold(),
    };

    public static IEnumerable<Situation> All =>
    [
        new("Set Scaffold to a LinearScaffold", () => Train(Inner with { Scaffold = null }), () => Train(Inner)),
        new(
            "or a WienerScaffold", () => Train(Inner with { Scaffold = null }),
            () => Train(Inner with { Scaffold = new WienerScaffold() })),
        new(
            "or leave both sizes null", () => Train(Inner with { Scaffold = null }),
            () => Train(Inner with { Scaffold = null, CoreInputs = null, CoreOutputs = null })),
        new(
            "Set FeedThrough to Dense", () => Train(Inner with { FeedThrough = FeedThroughKind.Diagonal }), () => Train(Inner)),
        new(
            "or None", () => Train(Inner with { FeedThrough = FeedThroughKind.Diagonal }),
            () => Train(Inner with { FeedThrough = FeedThroughKind.None })),
        new(
            "Lower CoreInputs or CoreOutputs", () => Train(Inner with { CoreInputs = 1 << 14, CoreOutputs = 1 << 15 }),
            () => Train(Inner with { CoreInputs = 1, CoreOutputs = 2 })),
    ];

    private static void Train(LruOptions architecture)
        => Fit(Classifier(options => options with { Architecture = architecture }), Views.Fixed(Ml));
}
