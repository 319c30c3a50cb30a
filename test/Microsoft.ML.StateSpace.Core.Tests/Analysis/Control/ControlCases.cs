using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;

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

    /// <summary>A network of one value a step.</summary>
    public static SequenceModelOptions Line { get; } = new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = Small(new LruOptions()),
    };

    public static LinearScaffold Identity => new() { Skip = WienerSkip.Identity };

    /// <summary>One layer with one state, between which nothing bends.</summary>
    public static NetworkOptions Small(NetworkOptions core)
        => core with { Layers = 1, ModelSize = 1, StateSize = 1, Bidirectional = false, Dropout = 0, Scaffold = Identity };

    /// <summary>
    /// Asserts of a network with one pole that <c>P(k) = |lambda|^2k P(0)</c>, and that the reach follows from it, in a record that ends
    /// after 300 steps.
    /// </summary>
    public static void HasReachOfItsPole(string name, NetworkOptions network)
    {
        const int Steps = 300;
        var options = Line with { Architecture = network };
        var data = Data(options, 2, Steps);
        var model = Model(options, data);
        var pole = Pole.Of(model).Should().ContainSingle().Which;
        var core = PontryaginAnalysis.Of(model, data).Cores.Should().ContainSingle().Which;

        double q = pole.Value.Magnitude * pole.Value.Magnitude;
        int expected = (int)Math.Ceiling(Math.Log(1 - 0.99 * (1 - Math.Pow(q, Steps))) / Math.Log(q) - 1e-9) - 1;
        core.Longest.Should().BeApproximately(Math.Log(0.01) / Math.Log(q), 1e-9);
        core.Reach!.Steps.Should().Be(expected, name);
        core.Reach.EndsWithRecord.Should().Be(core.Longest > Steps);
        core.Reach.Power.Select(power => power / core.Reach.Power[0]).ToArray()
            .Should().BeNear([.. Enumerable.Range(0, Steps).Select(k => Math.Pow(q, k))], 1e-4, name);
    }
}
