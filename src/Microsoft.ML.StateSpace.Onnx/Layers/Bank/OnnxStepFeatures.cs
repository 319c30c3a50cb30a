using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="StepFeatures"/>: the inputs, filters of them, mixtures of both, and filters of the mixtures, (..., H) to (..., features).
/// </summary>
internal sealed class OnnxStepFeatures(StepFeatures bank)
{
    /// <summary>The first time step of each sequence, (batch, 1, size), or in a step the step itself, (batch, size).</summary>
    public static Value First(OnnxPass pass, Value rows) => pass.IsStep ? rows : rows.Slice(1, 0, 1);

    public Value Apply(OnnxPass pass, Value input)
    {
        float share = bank.Start.Of(pass.Values)[0];
        var features = new List<Value> { input };
        Add(features, bank.InputFilters, pass, input, share, row => row);
        var (end, fromEnd) = bank.ReadsBothWays ? (pass.FromEnd(), pass.Reverse(input)) : (pass, input);
        AddFromEnd(features, bank.InputFiltersFromEnd, pass, end, fromEnd, share, row => row);
        var linear = Value.Concat(-1, [.. features]);
        if (bank.Mixtures == 0)
            return linear;
        var mixtures = Mix(pass, linear);
        features = [linear, mixtures];
        Add(features, bank.MixedFilters, pass, mixtures, share, _ => SteadyMixtures(pass, share, First(pass, input)));
        if (bank.MixedFiltersFromEnd is not null)
            AddFromEnd(
                features, bank.MixedFiltersFromEnd, pass, end, pass.Reverse(mixtures), share,
                _ => SteadyMixtures(pass, share, First(pass, fromEnd)));
        return Value.Concat(-1, [.. features]);
    }

    // The answers of filters that begin in the steady state of what follows from the first row.
    private static void Add(
        List<Value> features, FilterBank? filters, OnnxPass pass, Value rows, float share, Func<Value, Value> held)
    {
        if (filters is null)
            return;
        var own = new OnnxFilterBank(filters);
        Value? initial = share == 0 ? null : own.Steady(pass, share, held(First(pass, rows)));
        features.Add(own.Outputs(own.Apply(pass, rows, initial)));
    }

    private static void AddFromEnd(
        List<Value> features, FilterBank? filters, OnnxPass pass, OnnxPass end, Value rows, float share, Func<Value, Value> held)
    {
        if (filters is null)
            return;
        Add(features, filters, end, rows, share, held);
        features[^1] = pass.Reverse(features[^1]);
    }

    // The mixtures while a row is held for ever.
    private Value SteadyMixtures(OnnxPass pass, float share, Value held)
    {
        var row = new List<Value> { held };
        foreach (var filters in new[] { bank.InputFilters, bank.InputFiltersFromEnd }.OfType<FilterBank>())
        {
            var own = new OnnxFilterBank(filters);
            row.Add(own.Outputs(own.Steady(pass, share, held)));
        }
        return Mix(pass, Value.Concat(-1, [.. row]));
    }

    // m = tanh(A (u, x) + b)
    private Value Mix(OnnxPass pass, Value linear)
        => (linear.MatMul(pass.Transposed(bank.MixtureWeight!)) + pass.Constant(bank.MixtureBias!)).Tanh();
}
