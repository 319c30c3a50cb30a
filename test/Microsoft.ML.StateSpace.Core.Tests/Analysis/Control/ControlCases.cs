using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>Models with random parameters, as if they were trained with given options.</summary>
internal static class ControlCases
{
    public static TrainedModel Model(SequenceModelOptions options, SequenceSet data, TrainingOptions? training = null)
        => Model(options, ModelCases.Create(options, data).Parameters, training);

    public static TrainedModel Model(SequenceModelOptions options, ParameterSet parameters, TrainingOptions? training = null)
        => new(options, parameters, Summary.None with { Options = training ?? new() });

    /// <summary>Several sequences of the same lengths, all different.</summary>
    public static SequenceSet Data(SequenceModelOptions options, int count, int length)
        => ModelCases.Data(options, [.. Enumerable.Repeat(length, count)]);

    /// <summary>All numbers of an analysis, as text that tells every bit.</summary>
    public static string Bits(PontryaginAnalysis analysis)
        => System.Text.Json.JsonSerializer.Serialize(new
        {
            analysis.Loss, analysis.Sequences, Residuals = analysis.Residuals.Select(group => $"{group}"), analysis.Layers, analysis.Cores,
            Streams = analysis.Trajectory.Streams.Select(stream => stream.Costates),
            States = analysis.Trajectory.Cores.Select(core => core.Costates.Select(p => $"{p.Real:R} {p.Imaginary:R}")),
            Hamiltonians = analysis.Trajectory.Cores.Select(core => core.Hamiltonian),
        });
}
