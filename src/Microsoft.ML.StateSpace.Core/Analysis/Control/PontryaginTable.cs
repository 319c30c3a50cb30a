using System.Text;
using static System.FormattableString;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Writes an analysis of costates as plain text.</summary>
internal static class PontryaginTable
{
    public static string Of(PontryaginAnalysis analysis)
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"loss {analysis.Loss:g4} over {analysis.Sequences} sequences"));
        string terms = analysis.Terms == ResidualTerms.Sequences ? "sequences" : "stretches of time";
        text.AppendLine($"residual of each parameter group over {terms} (0: stationary, 1: all ask for the same change)");
        int width = analysis.Residuals.Max(group => group.Name.Length);
        foreach (var group in analysis.Residuals)
        {
            text.AppendLine(Invariant(
                $"  {group.Name.PadRight(width)}  {Residual(group),6}   {group.Parameters} values, {group.Terms} terms"));
        }
        text.AppendLine("how far back the loss at the last step sees, in steps (0.99 of the power of the costates)");
        int names = analysis.Layers.Select(layer => layer.Name).Concat(analysis.Cores.Select(core => core.Name)).Max(name => name.Length);
        foreach (var layer in analysis.Layers)
            text.AppendLine(Invariant($"  {layer.Name.PadRight(names)}  {Reach(layer.Reach)}   rms of costates {layer.RootMeanSquare:g3}"));
        foreach (var core in analysis.Cores)
        {
            text.AppendLine(Invariant(
                $"  {core.Name.PadRight(names)}  {Reach(core.Reach)}   poles reach {core.Median:f1} (median) to {core.Longest:f1}"));
        }
        var reaches = analysis.Layers.Select(layer => layer.Reach).Concat(analysis.Cores.Select(core => core.Reach));
        if (reaches.Any(reach => reach is { EndsWithRecord: true }))
            text.AppendLine("  *: the sequences end before the costates have decayed");
        text.AppendLine(Invariant(
            $"sequence {analysis.Trajectory.Sequence}: loss {analysis.Trajectory.Loss:g4}, Hamiltonian of the layers ")
            + string.Join(", ", analysis.Trajectory.Hamiltonian.Select(value => Invariant($"{value:g3}"))));
        return text.ToString();
    }

    private static string Residual(GroupResidual group) => double.IsNaN(group.Residual) ? "-" : Invariant($"{group.Residual:f4}");

    private static string Reach(CostateReach? reach)
        => reach is null ? "     - " : Invariant($"{reach.Steps,6}{(reach.EndsWithRecord ? "*" : " ")}");
}
