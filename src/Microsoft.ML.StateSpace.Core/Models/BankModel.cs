using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
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
    // A stream counts in floats. At so many steps its counts are halved, so that they stay exact and the distant past fades.
    private const long MostCounted = 1 << 23;

    public BankModel(SequenceModelOptions options, ParameterLayout layout)
        : base(options, layout)
    {
        var bank = (StateSpaceBankOptions)options.Architecture;
        if (options.Vocabulary > 0)
        {
            throw new ArgumentException(
                "A bank of state spaces needs an input of real channels: it compares the outputs of its filters with thresholds, and the "
                + "numbers of tokens have no order. Take a network, such as S5Options, for a column of keys.");
        }
        int filters = bank.Filters ?? throw new ArgumentException("Architecture.Filters must be set before a model is built.");
        IsCausal = bank.Bidirectional == false;
        InputStage = new InputStage(layout, options);
        DifferenceDeviation = layout.Add("Difference.Deviation", [options.Inputs], ParameterGroup.Fixed, Initialize.Constant(1));
        Bank = layout.Scope("Bank", () => new PooledBank(
            layout, Groups(filters), bank.LargestOrder, options.Inputs, IsCausal, options.HasIntervals));
        Weight = layout.Add("ReadOut.Weight", [options.Outputs, Bank.Features], ParameterGroup.Decayed, Initialize.Constant(0));
        Bias = layout.Add("ReadOut.Bias", [options.Outputs], ParameterGroup.Plain, Initialize.Constant(0));
        Head = new Head(layout, options.Task, options.Outputs);
    }

    public InputStage InputStage { get; }

    /// <summary>The deviation of the differences of each channel over the training sequences, (C).</summary>
    public Parameter DifferenceDeviation { get; }

    public PooledBank Bank { get; }

    /// <summary>W, (outputs, features).</summary>
    public Parameter Weight { get; }

    /// <summary>b, (outputs).</summary>
    public Parameter Bias { get; }

    public Head Head { get; }

    public override bool IsCausal { get; }

    // What the input stage remembers, the step before for the difference, and the filters with their counts.
    public override int StateSize => InputStage.StateSize + Options.Inputs + Bank.StateSize;

    public override int StepScratchSize
        => InputStage.Width + 2 * Options.Inputs + PooledBank.StepScratchSize + Bank.Features;

    /// <summary>Groups of a bank of that many filters: whole rounds.</summary>
    public static int Groups(int filters)
        => (filters + PooledBank.GroupsOfRound * FilterChain.Lanes - 1) / (PooledBank.GroupsOfRound * FilterChain.Lanes)
            * PooledBank.GroupsOfRound;

    public override void Prepare(in Weights weights) => Bank.Prepare(weights);

    public override ScoringMemory CreateMemory(int windowRows = Workspace.WindowRows) => new BankMemory(this);

    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        int channels = Options.Inputs;
        var values = pass.Weights.Values;
        var scratch = pass.Scratch;
        var encoded = scratch.Take(InputStage.Width);
        var row = scratch.Take(2 * channels);
        InputStage.Step(values, input, encoded, state.Take(InputStage.StateSize));
        var last = state.Take(channels);
        for (int c = 0; c < channels; c++)
        {
            row[c] = encoded[c];
            row[channels + c] = before == 0 ? 0 : (encoded[c] - last[c]) / DifferenceDeviation.Of(values)[c];
            last[c] = encoded[c];
        }
        long count = before + 1;
        if (count > MostCounted)
        {
            long beyond = (count - MostCounted - 1) % (MostCounted / 2);
            if (beyond == 0)
                Bank.Halve(state);
            count = MostCounted / 2 + 1 + beyond;
        }
        var own = scratch.Take(PooledBank.StepScratchSize);
        var features = scratch.Take(Bank.Features);
        Bank.Step(pass.Weights, count, row, pass.Intervals, own, state, features);
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
