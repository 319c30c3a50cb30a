using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Puts linear systems into the layers of a trained model, smaller ones for instance: the way back from <see cref="LinearSystem.OfCore"/>.
/// The model must be causal and have the recurrences of LRU or S5. What comes back is a model of the same kind with a dense D and as many
/// states as the largest of its systems needs; layers of attention have none and do not count; everything around the recurrences stays as
/// it is. Its fit is not trained again: compare its error with that of the model before.
/// </summary>
public static class ModelReduction
{
    /// <summary>
    /// The model with the recurrence of every layer reduced by balanced truncation (<see cref="LinearSystem.ReduceToTolerance"/>).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="tolerance">
    /// The largest gain of the error of a recurrence, in channels of its layer: channels out for channels in, both in the 2-norm over time.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is not positive.</exception>
    /// <exception cref="NotSupportedException">The model is not causal, or has other recurrences.</exception>
    public static TrainedModel ReduceToTolerance(TrainedModel model, double tolerance)
        => Reduce(model, system => system.ReduceToTolerance(tolerance));

    /// <summary>
    /// The model with the recurrence of every layer reduced to that many real states by balanced truncation
    /// (<see cref="LinearSystem.ReduceToOrder"/>); a layer with fewer states that matter keeps those.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="order">Real states of a layer. A pair of conjugate poles takes two of them and one complex state of the model.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    /// <exception cref="NotSupportedException">The model is not causal, or has other recurrences.</exception>
    public static TrainedModel ReduceToOrder(TrainedModel model, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        return Reduce(model, system => system.ReduceToTolerance(double.Epsilon) is var whole && whole.System.Order <= order
            ? whole : system.ReduceToOrder(order));
    }

    /// <summary>The model with other systems as the recurrences of its layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="systems">A system for each layer, from as many channels to as many channels as its recurrence has now.</param>
    /// <exception cref="ArgumentException">A system does not fit: the message says what must hold.</exception>
    /// <exception cref="InvalidOperationException">A system has no diagonal form.</exception>
    /// <exception cref="NotSupportedException">The model is not causal, or has other recurrences.</exception>
    public static TrainedModel WithSystems(TrainedModel model, IReadOnlyList<LinearSystem> systems)
    {
        ArgumentNullException.ThrowIfNull(systems);
        var before = Require(model);
        if (systems.Count != before.Cores.Count)
            throw new ArgumentException(
                $"There must be a system for each of the {before.Cores.Count} layers, but there are {systems.Count}. Give "
                + "LinearSystem.OfCore of a layer that is to stay as it is.", nameof(systems));
        DiagonalSystem[] diagonal = [.. systems.Select(DiagonalSystem.Of)];
        for (int layer = 0; layer < diagonal.Length; layer++)
            RequireFits((DiagonalCore)before.Cores[layer], layer, systems[layer], diagonal[layer]);
        var architecture = before.Architecture.Core.WithDenseSystem(
            before.Architecture, Math.Max(1, diagonal.Max(system => system.Poles.Count)));
        var options = model.Options with { Architecture = architecture };
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.CreateZeros();
        foreach (var parameter in parameters.Parameters)
            if (model.Parameters.Find(parameter.Name) is { } old && old.Shape.SequenceEqual(parameter.Shape))
                old.Of(model.Parameters.Values).CopyTo(parameter.Of(parameters.Values));
        for (int layer = 0; layer < diagonal.Length; layer++)
            Set((DiagonalCore)network.Cores[layer], parameters.Values, diagonal[layer]);
        return model with { Options = options, Parameters = parameters };
    }

    private static TrainedModel Reduce(TrainedModel model, Func<LinearSystem, ReducedSystem> reduce)
    {
        var network = Require(model);
        return WithSystems(
            model, [.. Enumerable.Range(0, network.Cores.Count).Select(layer => reduce(LinearSystem.OfCore(model, layer)).System)]);
    }

    private static SequenceNetwork Require(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var network = NetworkOf.Create(model, "A model with other systems in its layers");
        if (network.Cores.Any(core => core is not DiagonalCore))
            throw new NotSupportedException(
                $"Only recurrences that are one diagonal system between all channels can be set, but these are of "
                + $"{network.Architecture.GetType().Name}{(model.Options.HasIntervals ? " with intervals" : "")}. Train the model with "
                + $"{CoreDefinition.DiagonalOptions}, without IntervalColumnName.");
        if (network.Architecture.Bidirectional == true)
            throw new NotSupportedException(
                "A system is causal, but the recurrences of this model read both ways. Train the model with Architecture.Bidirectional = "
                + "false.");
        return network;
    }

    private static void RequireFits(DiagonalCore core, int layer, LinearSystem system, DiagonalSystem diagonal)
    {
        if (system.Inputs != core.InputSize || system.Outputs != core.OutputSize)
            throw new ArgumentException(
                $"The system of layer {layer} must have {core.InputSize} inputs and {core.OutputSize} outputs, the channels of the layer, "
                + $"but has {system.Inputs} and {system.Outputs}. Reduce LinearSystem.OfCore of that layer, which has these.");
        foreach (var pole in diagonal.Poles)
            if (pole.Magnitude > core.LargestRadius)
                throw new ArgumentException(
                    $"The system of layer {layer} must be stable, but its pole {pole:g4} has the magnitude {pole.Magnitude:g8}, and the "
                    + $"states of this core forget: theirs have at most {core.LargestRadius:g8}. Give a system without integrators and "
                    + "unstable poles.");
    }

    private static void Set(DiagonalCore core, Span<float> values, DiagonalSystem system)
    {
        if (core.IsPre)
            system = system.ReadOutInPreForm();
        core.SetSystem(values, system.Poles, system.B, system.C);
        var d = core.FeedThrough.Parameter!.Of(values);
        for (int o = 0; o < core.OutputSize; o++)
            for (int i = 0; i < core.InputSize; i++)
                d[o * core.InputSize + i] = (float)system.D[o, i];
    }
}
