using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class StepBankTests
{
    public static TheoryData<int, int, int, int> Sizes() => new()
    {
        { 1, 1, 0, 0 }, { 2, 5, 0, 0 }, { 3, 17, 4, 0 }, { 1, 33, 9, 6 }, { 5, 16, 32, 19 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_IsTheRecurrence(int inputs, int filters, int mixtures, int mixed)
    {
        var (bank, parameters) = Create(inputs, filters, mixtures, mixed);
        foreach (int length in new[] { 1, 2, 63, 64, 65, 200 })
        {
            float[] input = Draw.Uniform(length * inputs, -2, 2, 5);
            double[][] expected = StepBankOracle.Answers(OracleParameters.Of(parameters), Rows.Unpack(input, inputs, length)[0], banks: 2);
            Forward(bank, parameters, input, length).Should().BeNear(expected.Flat(), Tolerance.Forward, $"length {length}");
        }
    }

    [Fact]
    public void ASequenceAlone_HasTheBitsOfItsRowsInABatch()
    {
        var (bank, parameters) = Create(3, 17, 9, 6);
        int[] lengths = [5, 1, 130, 64];
        float[] input = Draw.Uniform(lengths.Sum() * 3, -2, 2, 5), together = Forward(bank, parameters, input, lengths);
        for (int s = 0, row = 0; s < lengths.Length; row += lengths[s++])
        {
            float[] alone = Forward(bank, parameters, input[(row * 3)..((row + lengths[s]) * 3)], lengths[s]);
            alone.Should().BeBitwise(together[(row * 2)..((row + lengths[s]) * 2)]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100)]
    public void Windows_HaveTheBitsOfTheWhole(int window)
    {
        const int Length = 150;
        var (bank, parameters) = Create(3, 17, 9, 6);
        float[] input = Draw.Uniform(Length * 3, -2, 2, 5), whole = Forward(bank, parameters, input, Length);
        float[] state = new float[bank.StateSize], answers = new float[whole.Length];
        Array.Fill(state, float.NaN);
        for (int start = 0; start < Length; start += window)
        {
            int rows = Math.Min(window, Length - start);
            var pass = Pass(bank, parameters, rows).InWindow(state, continues: start > 0);
            bank.Forward(pass, input.AsSpan(start * 3, rows * 3), answers.AsSpan(start * 2, rows * 2));
        }
        answers.Should().BeBitwise(whole);
    }

    [Fact]
    public void Step_HasTheBitsOfForward_AndAllocatesNothing()
    {
        const int Length = 70;
        var (bank, parameters) = Create(3, 17, 9, 6);
        float[] input = Draw.Uniform(Length * 3, -2, 2, 5), whole = Forward(bank, parameters, input, Length);
        float[] state = new float[bank.StateSize], answers = new float[whole.Length], scratch = Scratch(bank);
        int[] starts = [0, 1];
        bank.Begin(Pass(parameters, starts, scratch), input.AsSpan(0, 3), state);
        for (int t = 0; t < Length; t++)
            bank.Step(Pass(parameters, starts, scratch), input.AsSpan(t * 3, 3), answers.AsSpan(t * 2, 2), state);
        answers.Should().BeBitwise(whole);
        Kernels.NoAllocation.In(() => bank.Begin(Pass(parameters, starts, scratch), input.AsSpan(0, 3), state));
        Kernels.NoAllocation.In(() => bank.Step(Pass(parameters, starts, scratch), input.AsSpan(0, 3), answers.AsSpan(0, 2), state));
    }

    [Fact]
    public void Forward_AllocatesNothing()
    {
        var (bank, parameters) = Create(3, 17, 9, 6);
        float[] input = Draw.Uniform(100 * 3, -2, 2, 5), output = new float[100 * 2], scratch = Scratch(bank);
        int[] starts = [0, 100];
        Kernels.NoAllocation.In(() => bank.Forward(Pass(parameters, starts, scratch), input, output));
    }

    private static (StepBank Bank, ParameterSet Parameters) Create(int inputs, int filters, int mixtures, int mixed)
    {
        var layout = new ParameterLayout();
        var bank = new StepBank(layout, new StepBankSizes(inputs, 2, 2, filters, 0, mixtures, mixed));
        var parameters = layout.Create(new Random(1));
        Draw.Uniform(parameters.Values.Length, -0.4, 0.4, 2).CopyTo(parameters.Values);
        int seed = 3;
        foreach (var features in bank.Banks)
        {
            Draw.Poles(filters, seed++).CopyTo(features.InputFilters.Poles.Of(parameters.Values));
            if (features.MixedFilters is { } second)
                Draw.Poles(mixed, seed++).CopyTo(second.Poles.Of(parameters.Values));
        }
        return (bank, parameters);
    }

    private static float[] Forward(StepBank bank, ParameterSet parameters, float[] input, params int[] lengths)
    {
        var output = new float[lengths.Sum() * bank.Sizes.Outputs];
        bank.Forward(Pass(parameters, LayerRun.Starts(lengths), Scratch(bank)), input, output);
        return output;
    }

    private static Pass Pass(StepBank bank, ParameterSet parameters, int rows) => Pass(parameters, [0, rows], Scratch(bank));

    private static Pass Pass(ParameterSet parameters, int[] starts, float[] scratch)
        => new() { Weights = new Weights(parameters.Values, []), Starts = starts, Scratch = scratch };

    // Arbitrary numbers, so that it shows when the layer reads what it has not written.
    private static float[] Scratch(StepBank bank)
    {
        var scratch = new float[bank.ScratchSize];
        Array.Fill(scratch, float.NaN);
        return scratch;
    }
}
