using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A bank of random state spaces: groups of sixteen filters (<see cref="FilterChain"/>). The filters of a group have their input, their
/// direction and their order in common, and poles and output weights of their own. The input of a group is a random combination of the
/// channels, or of what is derived from them, such as first differences. What is counted of the outputs (<see cref="OutputCounts"/>) are
/// the features of a sequence, after ROCKET (Dempster, Petitjean, Webb 2020) and its successors: the share of time steps above thresholds
/// and the longest stretch above them, the largest output, the mean, and how often a filter's output is the largest or the smallest of its
/// group (Hydra, Dempster, Schmidt, Webb 2023).
/// Shapes: (steps, channels) to (features). Nothing is trained by gradients.
/// </summary>
internal sealed class PooledBank
{
    /// <summary>The most thresholds of a filter.</summary>
    public const int MostThresholds = 6;

    private const int Lanes = FilterChain.Lanes;

    private readonly Table _poles;
    private readonly int[] _firstThresholds;
    private readonly int _orders;
    private readonly bool _hasIntervals;

    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="groups">Groups of sixteen filters.</param>
    /// <param name="orders">The largest order of a filter, from 1 to 4.</param>
    /// <param name="channels">C.</param>
    /// <param name="sources">What the groups take turns in reading: the channels, and what is derived from them.</param>
    /// <param name="isCausal">Whether all filters read the sequence from its start; else half of them read it from its end.</param>
    /// <param name="hasIntervals">Whether time steps come with the time since the step before.</param>
    public PooledBank(ParameterLayout layout, int groups, int orders, int channels, int sources, bool isCausal, bool hasIntervals)
    {
        (Groups, _orders, Channels, Sources, IsCausal, _hasIntervals) = (groups, orders, channels, sources, isCausal, hasIntervals);
        Rate = layout.Add("Rate", [groups, 2, Lanes], ParameterGroup.Fixed, Initialize.Constant(-1));
        Output = layout.Add("Output", [groups, 2, Lanes], ParameterGroup.Fixed, Initialize.Constant(1));
        Mix = layout.Add("Mix", [groups, channels], ParameterGroup.Fixed, Initialize.Constant(1));
        _firstThresholds = new int[groups + 1];
        for (int group = 0; group < groups; group++)
            _firstThresholds[group + 1] = _firstThresholds[group] + Thresholds(group);
        Threshold = layout.Add("Threshold", [_firstThresholds[groups], Lanes], ParameterGroup.Fixed, Initialize.Constant(0));
        _poles = layout.AddTable(2 * Lanes * groups);
        StateSize = Enumerable.Range(0, groups).Sum(StateSizeOf);
    }

    public int Groups { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>What the groups take turns in reading; each has as many channels.</summary>
    public int Sources { get; }

    /// <summary>Whether all filters read the sequence from its start, so that the bank can make single steps.</summary>
    public bool IsCausal { get; }

    /// <summary>The logarithms of the poles, (groups, 2, 16): decay and phase of a time step.</summary>
    public Parameter Rate { get; }

    /// <summary>The weights with which the last states become outputs, (groups, 2, 16).</summary>
    public Parameter Output { get; }

    /// <summary>The weights of the channels in the input of each group, (groups, C).</summary>
    public Parameter Mix { get; }

    /// <summary>The thresholds of one group after the other, (thresholds, 16).</summary>
    public Parameter Threshold { get; }

    /// <summary>Features of a group: two for each threshold and part, and four more.</summary>
    public static int GroupFeatures => (2 * MostThresholds + OutputCounts.WholeFeatures / Lanes) * Lanes;

    /// <summary>Features of a sequence.</summary>
    public int Features => Groups * GroupFeatures;

    /// <summary>Floats of the state that <see cref="Step"/> carries, for all groups.</summary>
    public int StateSize { get; }

    /// <summary>Floats of scratch that <see cref="Step"/> needs.</summary>
    public static int StepScratchSize => Lanes + 2;

    /// <summary>The largest order of a filter.</summary>
    public int Orders => _orders;

    /// <summary>Whether time steps come with the time since the step before.</summary>
    public bool HasIntervals => _hasIntervals;

    /// <summary>The poles of each group, (groups, 2, 16); with intervals their logarithms.</summary>
    public Table Poles => _poles;

    /// <summary>The order of the filters of a group.</summary>
    public int Order(int group) => 1 + group / Round(Sources) % _orders;

    /// <summary>
    /// Parts of a sequence in which times above thresholds are counted apart: every other two groups of each source count the halves of the
    /// sequence. A stream does not know where its half is.
    /// </summary>
    public int Parts(int group) => IsCausal ? 1 : 1 + group / (2 * Sources) % 2;

    /// <summary>Thresholds of a filter; the more parts, the fewer.</summary>
    public int Thresholds(int group) => MostThresholds / Parts(group);

    /// <summary>What a group reads.</summary>
    public int Source(int group) => group / 2 % Sources;

    /// <summary>Groups of a bank of that many filters: whole rounds.</summary>
    public static int GroupsOf(int filters, int sources)
    {
        int round = Round(sources) * Lanes;
        return (filters + round - 1) / round * Round(sources);
    }

    // Groups of which no two are alike in source, direction and parts; all have the same order.
    private static int Round(int sources) => 4 * sources;

    /// <summary>Whether a group reads the sequence from its end.</summary>
    public bool IsReversed(int group) => !IsCausal && group % 2 == 1;

    /// <summary>Computes the poles from their logarithms.</summary>
    public void Prepare(in Weights weights)
    {
        var rates = Rate.Of(weights.Values);
        var poles = _poles.Of(weights.Prepared);
        rates.CopyTo(poles);
        for (int i = 0; i < poles.Length && !_hasIntervals; i++)
        {
            int real = i / (2 * Lanes) * 2 * Lanes + i % Lanes;
            double decay = Math.Exp(rates[real]), phase = rates[real + Lanes];
            poles[i] = (float)(i == real ? decay * Math.Cos(phase) : decay * Math.Sin(phase));
        }
    }

    /// <summary>Combines the channels to the input of a group, in the order in which the group reads.</summary>
    /// <param name="group">The group.</param>
    /// <param name="values">The parameters.</param>
    /// <param name="planes">(sources, C, steps).</param>
    /// <param name="input">(steps); assigned.</param>
    public void MixChannels(int group, ReadOnlySpan<float> values, ReadOnlySpan<float> planes, Span<float> input)
    {
        int steps = input.Length;
        var mix = Mix.Of(values).Slice(group * Channels, Channels);
        var source = planes.Slice(Source(group) * Channels * steps, Channels * steps);
        input.Clear();
        for (int channel = 0; channel < Channels; channel++)
        {
            if (mix[channel] != 0)
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(source.Slice(channel * steps, steps), mix[channel], input, input);
        }
        if (IsReversed(group))
            input.Reverse();
    }

    /// <summary>Filters a stretch of the input of a group.</summary>
    public void Filter(
        int group, in Weights weights, ReadOnlySpan<float> input, ReadOnlySpan<float> intervals, Span<float> state, Span<float> outputs)
        => FilterChain.Run(
            Order(group), _poles.Of((ReadOnlySpan<float>)weights.Prepared).Slice(2 * Lanes * group, 2 * Lanes),
            Output.Of(weights.Values).Slice(2 * Lanes * group, 2 * Lanes), input, intervals, state, outputs);

    /// <summary>The features of a sequence that one group gives.</summary>
    /// <param name="group">The group.</param>
    /// <param name="weights">Parameters and prepared values.</param>
    /// <param name="input">(steps), from <see cref="MixChannels"/>.</param>
    /// <param name="intervals">(steps), in the order in which the group reads, or empty.</param>
    /// <param name="scratch">Memory of one thread.</param>
    /// <param name="features">(<see cref="GroupFeatures"/>); assigned.</param>
    public void Count(
        int group, in Weights weights, ReadOnlySpan<float> input, ReadOnlySpan<float> intervals, FilterScratch scratch,
        Span<float> features)
    {
        var state = scratch.State.AsSpan(0, FilterChain.StateSize(Order(group)));
        int parts = Parts(group), plane = Thresholds(group) * Lanes;
        var part = scratch.Part.AsSpan(0, OutputCounts.PartSize(Thresholds(group)));
        var thresholds = ThresholdsOf(group, weights.Values);
        state.Clear();
        OutputCounts.Begin(part, scratch.Whole);
        for (int index = 0, from = 0; index < parts; index++)
        {
            int to = (int)((long)(index + 1) * input.Length / parts);
            part.Clear();
            for (int start = from; start < to; start += FilterScratch.Stretch)
            {
                int steps = Math.Min(FilterScratch.Stretch, to - start);
                var outputs = scratch.Outputs.AsSpan(0, steps * Lanes);
                Filter(group, weights, input.Slice(start, steps), intervals.IsEmpty ? [] : intervals.Slice(start, steps), state, outputs);
                OutputCounts.Add(thresholds, outputs, scratch.Extremes.AsSpan(0, 2 * steps), part, scratch.Whole);
            }
            WritePart(part, to - from, features[(index * 2 * plane)..]);
            from = to;
        }
        WriteWhole(scratch.Whole, input.Length, features[(parts * 2 * plane)..]);
    }

    /// <summary>One time step of a causal bank: the features of the sequence up to this step.</summary>
    /// <param name="weights">Parameters and prepared values.</param>
    /// <param name="steps">Steps that count so far, this one included.</param>
    /// <param name="input">(sources, C): the step.</param>
    /// <param name="interval">The time since the step before.</param>
    /// <param name="scratch">(<see cref="StepScratchSize"/>).</param>
    /// <param name="state">(<see cref="StateSize"/>); zeros before the first step.</param>
    /// <param name="features">(<see cref="Features"/>); assigned.</param>
    public void Step(
        in Weights weights, float steps, ReadOnlySpan<float> input, ReadOnlySpan<float> interval, Span<float> scratch, Span<float> state,
        Span<float> features)
    {
        Span<float> outputs = scratch[..Lanes], extremes = scratch.Slice(Lanes, 2);
        for (int group = 0; group < Groups; group++)
        {
            float sum = 0;
            var mix = Mix.Of(weights.Values).Slice(group * Channels, Channels);
            int source = Source(group) * Channels;
            for (int channel = 0; channel < Channels; channel++)
                sum += mix[channel] * input[source + channel];
            var own = state[..StateSizeOf(group)];
            state = state[own.Length..];
            var chain = own[..FilterChain.StateSize(Order(group))];
            var part = own.Slice(chain.Length, OutputCounts.PartSize(MostThresholds));
            var whole = own[(chain.Length + part.Length)..];
            if (steps == 1)
                OutputCounts.Begin(part, whole);
            Filter(group, weights, new(in sum), _hasIntervals ? interval : [], chain, outputs);
            OutputCounts.Add(ThresholdsOf(group, weights.Values), outputs, extremes, part, whole);
            var counted = features.Slice(group * GroupFeatures, GroupFeatures);
            WritePart(part, steps, counted);
            WriteWhole(whole, steps, counted[(2 * MostThresholds * Lanes)..]);
        }
    }

    /// <summary>Halves what is counted in the state of a stream, so that the past counts half from here on.</summary>
    public void Halve(Span<float> state)
    {
        for (int group = 0; group < Groups; group++)
        {
            int chain = FilterChain.StateSize(Order(group)), part = OutputCounts.PartSize(MostThresholds);
            var counts = state.Slice(chain, part + OutputCounts.WholeSize);
            for (int i = 0; i < counts.Length; i++)
            {
                // The largest output is no count.
                if (i < part || i >= part + Lanes)
                    counts[i] /= 2;
            }
            state = state[StateSizeOf(group)..];
        }
    }

    private int StateSizeOf(int group)
        => FilterChain.StateSize(Order(group)) + OutputCounts.PartSize(MostThresholds) + OutputCounts.WholeSize;

    /// <summary>The thresholds of a group, (thresholds, 16).</summary>
    public Span<float> ThresholdsOf(int group, Span<float> values)
        => Threshold.Of(values)[(_firstThresholds[group] * Lanes)..(_firstThresholds[group + 1] * Lanes)];

    private ReadOnlySpan<float> ThresholdsOf(int group, ReadOnlySpan<float> values)
        => Threshold.Of(values)[(_firstThresholds[group] * Lanes)..(_firstThresholds[group + 1] * Lanes)];

    // Counts become shares of the steps of the part; a part without steps has none.
    private static void WritePart(ReadOnlySpan<float> part, float steps, Span<float> features)
    {
        int plane = part.Length / 3;
        float share = steps > 0 ? 1 / steps : 0;
        for (int i = 0; i < plane; i++)
        {
            features[i] = part[i] * share;
            features[plane + i] = part[2 * plane + i] * share;
        }
    }

    private static void WriteWhole(ReadOnlySpan<float> whole, float steps, Span<float> features)
    {
        float share = 1 / steps;
        for (int i = 0; i < OutputCounts.WholeFeatures; i++)
            features[i] = i < Lanes ? whole[i] : whole[i] * share;
    }
}

/// <summary>The memory with which one thread counts the outputs of one group after the other.</summary>
internal sealed class FilterScratch
{
    /// <summary>Time steps whose outputs are held at a time; they stay in the first-level cache.</summary>
    public const int Stretch = 128;

    public float[] State { get; } = new float[FilterChain.StateSize(FilterChain.MostOrders)];

    public float[] Part { get; } = new float[OutputCounts.PartSize(PooledBank.MostThresholds)];

    public float[] Whole { get; } = new float[OutputCounts.WholeSize];

    public float[] Outputs { get; } = new float[Stretch * FilterChain.Lanes];

    public float[] Extremes { get; } = new float[2 * Stretch];
}
