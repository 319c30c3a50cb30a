using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The memory with which one thread takes sequences through a bank: what the filters read of the whole sequence, the input of
/// one group of filters, and what is counted of it. Outputs of filters are never kept.
/// </summary>
internal sealed class BankMemory(BankModel model) : ScoringMemory
{
    private readonly FilterScratch _scratch = new();
    private readonly float[] _features = new float[model.Features];
    private float[] _rows = [];
    private float[] _planes = [];
    private float[] _state = [];
    private float[] _input = [];
    private float[] _intervals = [];
    private float[] _linear = [];

    public override long Floats
        => (long)_features.Length + _rows.Length + _state.Length + _planes.Length + _input.Length + _intervals.Length
            + _linear.Length;

    public override void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output)
    {
        Features(weights, values, intervals, _features);
        model.ReadOut(weights.Values, _features, output);
    }

    /// <summary>The features of a sequence (length, channels), with its intervals (length) where the model takes them.</summary>
    public void Features(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> features)
    {
        int size = PooledBank.GroupFeatures;
        var planes = Planes(weights.Values, values);
        for (int group = 0; group < model.Bank.Groups; group++)
            model.Bank.Count(
                group, weights, Input(group, weights, planes), Intervals(group, intervals), _scratch, features.Slice(group * size, size));
        if (model.Linear is not null)
            ReadLinear(model.Linear, weights.Values, values.Length / model.Options.Inputs, intervals, features[model.Bank.Features..]);
    }

    // The features that are linear in the sequence, of the rows that Planes has left encoded.
    private void ReadLinear(
        LastStates linear, ReadOnlySpan<float> values, int steps, ReadOnlySpan<float> intervals, Span<float> features)
    {
        int width = model.InputStage.Width, last = (steps - 1) * width;
        var encoded = _rows.AsSpan(steps * width, steps * width);
        var scratch = Grown(ref _linear, linear.StateSize + linear.ScratchSize(Math.Min(steps, FilterBank.Block)));
        var state = scratch.Take(linear.StateSize);
        linear.Begin(values, encoded, state);
        for (int start = 0; start < steps; start += FilterBank.Block)
        {
            int count = Math.Min(FilterBank.Block, steps - start);
            linear.Forward(
                values, count, encoded[(start * width)..], width, intervals.IsEmpty ? intervals : intervals.Slice(start, count), state,
                scratch);
        }
        linear.Read(encoded[last..], state, features);
    }

    /// <summary>
    /// What the filters read of a sequence, (sources, channels, length): the standardised channels, then what is derived from them.
    /// </summary>
    public ReadOnlySpan<float> Planes(ReadOnlySpan<float> parameters, ReadOnlySpan<float> values)
    {
        var stage = model.InputStage;
        int steps = values.Length / model.Options.Inputs, width = stage.Width, read = model.Bank.Sources * model.Options.Inputs;
        var rows = Grown(ref _rows, checked(2 * steps * width));
        Span<float> packed = rows[..(steps * width)], encoded = rows[(steps * width)..];
        var state = Grown(ref _state, stage.StateSize);
        stage.Begin([], state);
        stage.Pack(parameters, values, 0, packed, state);
        stage.Forward(parameters, packed, encoded);
        var planes = Grown(ref _planes, checked(steps * read));
        for (int c = 0; c < read; c++)
        {
            var plane = planes.Slice(c * steps, steps);
            for (int t = 0; t < steps; t++)
                plane[t] = encoded[t * width + c];
        }
        return planes;
    }

    /// <summary>The input of a group of filters, (length), in the order in which it reads.</summary>
    public ReadOnlySpan<float> Input(int group, Weights weights, ReadOnlySpan<float> planes)
    {
        var input = Grown(ref _input, planes.Length / (model.Bank.Sources * model.Options.Inputs));
        model.Bank.MixChannels(group, weights.Values, planes, input);
        return input;
    }

    /// <summary>
    /// The intervals of a sequence in the order in which a group reads them. From the end, a step comes as long after the one before as it
    /// was ahead of it.
    /// </summary>
    public ReadOnlySpan<float> Intervals(int group, ReadOnlySpan<float> intervals)
    {
        if (!model.Options.HasIntervals || !model.Bank.IsReversed(group))
            return intervals;
        var reversed = Grown(ref _intervals, intervals.Length);
        reversed[0] = 1;
        for (int t = 1; t < intervals.Length; t++)
            reversed[t] = intervals[^t];
        return reversed;
    }

    private static Span<float> Grown(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
        return buffer.AsSpan(0, length);
    }
}
