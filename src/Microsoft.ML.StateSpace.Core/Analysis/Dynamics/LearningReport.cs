using System.Text;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What plain gradient descent, on all rows at once, can learn in the layers of a network in some steps, each layer alone. It says nothing
/// of AdamW, which divides every coordinate by a root of its own and so changes all rates.
/// </summary>
/// <param name="Rate">
/// The rate of gradient descent. By default half of the smallest of the layers' largest stable rates; NaN where no layer is studied.
/// </param>
/// <param name="Steps">The planned steps.</param>
/// <param name="Layers">The layers, in order.</param>
public sealed record LearningReport(double Rate, int Steps, IReadOnlyList<LayerDynamics> Layers)
{
    internal static LearningReport Of(TrainedModel model, SequenceSet set, int steps, double? rate)
    {
        var layers = new LayerStudy(model, set).Layers();
        double[] stable = [.. layers.Select(layer => layer.LargestStableRate ?? double.NaN).Where(double.IsFinite)];
        return new(rate ?? (stable.Length == 0 ? double.NaN : stable.Min() / 2), steps, layers);
    }

    /// <summary>A line for each layer.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var layer in Layers)
        {
            if (layer.Spectrum is not { } spectrum)
            {
                text.AppendLine($"{layer.Core}: {layer.WhyNot}");
                continue;
            }
            text.AppendLine(FormattableString.Invariant(
                $"{layer.Core}: {spectrum.Learnable(Rate, Steps)} of {spectrum.Directions} directions can be learnt in {Steps} steps, ")
                + FormattableString.Invariant($"with {100 * spectrum.LearnableShare(Rate, Steps):f1} % of the target; ")
                + FormattableString.Invariant($"{100 * spectrum.ShareOutside:f1} % lie outside of all of them; ")
                + FormattableString.Invariant($"idle poles: {spectrum.IdlePoles(Rate, Steps).Count}; ")
                + FormattableString.Invariant($"stable below the rate {layer.LargestStableRate:g3}."));
        }
        return text.ToString();
    }
}
