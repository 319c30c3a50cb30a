using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// One answer a sequence from a bank of random state spaces: standardise, difference, filter and count (<see cref="PooledBank"/>), and a
/// linear read-out of the counts: <c>y = W f + b</c>.
/// </summary>
internal sealed class BankModel : SequenceModel
{
    // Filters of the linear features, of all channels together.
    private const int LinearFilters = 128;

    // Counts are floats, which are exact up to here.
    private const long UsualMostCounted = 1 << 23;

    private readonly long _mostCounted;

    /// <param name="options">The model; every value that can be left open must be set.</param>
    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="mostCounted">At so many steps, an even number, a stream halves its counts, so that they stay exact and the distant past
    /// fades.</param>
    public BankModel(SequenceModelOptions options, ParameterLayout layout, long mostCounted = UsualMostCounted)
        : base(options, layout)
    {
        _mostCounted = mostCounted;
        var bank = (StateSpaceBankOptions)options.Architecture;
        if (options.Vocabulary > 0)
        {
            throw new ArgumentException(
                "A bank of state spaces needs an input of real channels: it compares the outputs of its filters with thresholds, and the "
                + "numbers of tokens have no order. For a column of keys, choose a network as the Architecture.");
        }
        if (bank.FeedbackLags > 0)
            throw new ArgumentException(
                "FeedbackLags is for values at time steps, but here is one answer a sequence. Leave Architecture.FeedbackLags null.");
        int filters = bank.Filters ?? throw new ArgumentException("Architecture.Filters must be set before a model is built.");
        if (filters == 0 && options.Task.Target != TargetKind.Value)
        {
            throw new ArgumentException(
                "Architecture.Filters is 0, which leaves what is linear in a sequence, and only values are answered from that. Set Filters "
                + "to 1 or more, or to null.");
        }
        IsCausal = filters == 0 || bank.Bidirectional == false;
        InputStage = new InputStage(layout, options);
        int sources = 1 + InputStage.Derived / options.Inputs;
        Bank = layout.Scope("Bank", () => new PooledBank(
            layout, PooledBank.GroupsOf(filters, sources), bank.LargestOrder, options.Inputs, sources, IsCausal, options.HasIntervals));
        if (options.Task.Target == TargetKind.Value)
            Linear = layout.Scope("Linear", () => new LastStates(layout, options.Inputs, LinearFilters, options.HasIntervals));
        Weight = layout.Add("ReadOut.Weight", [options.Outputs, Features], ParameterGroup.Decayed, Initialize.Constant(0));
        Bias = layout.Add("ReadOut.Bias", [options.Outputs], ParameterGroup.Plain, Initialize.Constant(0));
        Head = new Head(layout, options.Task, options.Outputs);
    }

    /// <summary>Steps at which a stream halves its counts.</summary>
    public long MostCounted => _mostCounted;

    public InputStage InputStage { get; }

    public PooledBank Bank { get; }

    /// <summary>What is linear in the sequence, behind what is counted; <see langword="null"/> where answers are classes.</summary>
    public LastStates? Linear { get; }

    /// <summary>Features of a sequence: counts, then those that are linear in it.</summary>
    public int Features => Bank.Features + (Linear?.Features ?? 0);

    /// <summary>W, (outputs, features).</summary>
    public Parameter Weight { get; }

    /// <summary>b, (outputs).</summary>
    public Parameter Bias { get; }

    public Head Head { get; }

    public override bool IsCausal { get; }

    public override int StateSize => InputStage.StateSize + Bank.StateSize + (Linear?.StateSize ?? 0);

    public override int StepScratchSize
        => InputStage.Width + Math.Max(PooledBank.StepScratchSize, Linear?.ScratchSize(1) ?? 0) + Features;

    public override void Prepare(in Weights weights) => Bank.Prepare(weights);

    public override ScoringMemory CreateMemory(int windowRows = ScoringWindows.WindowRows) => new BankMemory(this);

    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var values = pass.Weights.Values;
        var scratch = pass.Scratch;
        var encoded = scratch.Take(InputStage.Width);
        InputStage.Step(values, before, input, encoded, state.Take(InputStage.StateSize));
        long count = before + 1;
        if (count > _mostCounted)
        {
            long beyond = (count - _mostCounted - 1) % (_mostCounted / 2);
            if (beyond == 0)
                Bank.Halve(state);
            count = _mostCounted / 2 + 1 + beyond;
        }
        var features = scratch.Take(Features);
        var counts = state.Take(Bank.StateSize);
        Bank.Step(pass.Weights, count, encoded, pass.Intervals, scratch[..PooledBank.StepScratchSize], counts, features[..Bank.Features]);
        if (Linear is not null)
        {
            if (before == 0)
                Linear.Begin(values, encoded, state);
            Linear.Forward(values, 1, encoded, encoded.Length, pass.Intervals, state, scratch);
            Linear.Read(encoded, state, features[Bank.Features..]);
        }
        ReadOut(values, features, output);
    }

    /// <summary>The linear read-out of features.</summary>
    public void ReadOut(ReadOnlySpan<float> values, ReadOnlySpan<float> features, Span<float> output)
    {
        var weight = Weight.Of(values);
        var bias = Bias.Of(values);
        for (int i = 0; i < output.Length; i++)
            output[i] = bias[i] + TensorPrimitives.Dot(weight.Slice(i * features.Length, features.Length), features);
    }

    public override void Finish(ReadOnlySpan<float> values, Span<float> rows) => Head.Finish(values, rows);
}
