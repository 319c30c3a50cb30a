using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// The parameters that all families share, and those that all networks share; windows are asked where there is an answer a time step.
/// </summary>
internal static class CommonKnobs
{
    public const string Published = "Published";
    public const string ModelSize = "ModelSize";
    public const string LearningRate = "LearningRate";
    private const int WholeSequences = 0;

    private static readonly TrainingOptions Untouched = new();

    /// <param name="task">What the model answers.</param>
    /// <param name="families">The families that the space holds; <see langword="null"/> means all.</param>
    public static IEnumerable<Knob> Of(SequenceTask task, IReadOnlyCollection<SequenceFamily>? families = null) =>
    [
        .. (families ?? SequenceFamily.All).Any(family => family.Core is not null) ? OfNetworks(task) : [],
        .. task.Axis == AnswerAxis.Sequence ? [] : new[] { Window },
    ];

    private static IEnumerable<Knob> OfNetworks(SequenceTask task) =>
    [
        Knob.Choice(
            "Layers", [1, 2, 3, 4, 6], 3, s => s.Network?.Layers is not null, (s, v) => s.With(network => network with { Layers = v })),
        Knob.Choice(
            ModelSize, [16, 32, 64, 96, 128], 64, s => s.Network?.ModelSize is not null,
            (s, v) => s.With(network => network with { ModelSize = v })),
        Knob.Choice(
            "Norm", [Published, nameof(NormKind.LayerNorm), nameof(NormKind.RmsNorm)], Published, s => s.Network?.Norm is not null,
            WithNorm),
        Knob.Number(
            "Dropout", 0, 0.5, TaskDefaults.Of(task).Dropout, false,
            s => s.Network?.Dropout is not null || s.Training.Method is not null, // which has no dropout
            (s, v) => s.With(network => network with { Dropout = v })),
        Knob.Number(
            LearningRate, 5e-4, 0.02, 4e-3, true, s => s.Training.LearningRate is not null || !s.Training.HasAdamW,
            (s, v) => s with { Training = s.Training with { LearningRate = v } }),
        Knob.Number(
            "StateSpaceRateFactor", 0.1, 1, 0.5, true,
            s => s.Training.StateSpaceRateFactor != Untouched.StateSpaceRateFactor || !s.Training.HasAdamW,
            (s, v) => s with { Training = s.Training with { StateSpaceRateFactor = v } }),
        Knob.Number(
            "WeightDecay", 1e-3, 0.5, 0.05, true, s => s.Training.WeightDecay != Untouched.WeightDecay || !s.Training.HasAdamW,
            (s, v) => s with { Training = s.Training with { WeightDecay = v } }),
    ];

    private static Knob Window
        => Knob.Choice(
            "Window", [WholeSequences, 64, 128, 256, 512], WholeSequences, s => s.Training.Window is not null,
            (s, v) => s with { Training = s.Training with { Window = v == WholeSequences ? null : v } });

    private static SequenceSettings WithNorm(SequenceSettings settings, string name)
        => settings.With(network => network with { Norm = name == Published ? null : Enum.Parse<NormKind>(name) });
}
