using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class StepBankTests
{
    private static readonly StepBankSizes OneWay = Sizes(3, 17, 9, 6);

    private static readonly Dictionary<string, StepBankSizes> All = new()
    {
        ["one input"] = Sizes(1, 1, 0, 0),
        ["linear"] = Sizes(2, 5, 0, 0),
        ["Wiener"] = Sizes(3, 17, 4, 0),
        ["Wiener-Hammerstein"] = Sizes(1, 33, 9, 6),
        ["wide"] = Sizes(5, 16, 32, 19),
        ["linear, intervals"] = Sizes(2, 5, 0, 0) with { HasIntervals = true },
        ["intervals"] = OneWay with { HasIntervals = true },
        ["linear, both ways"] = Sizes(1, 1, 0, 0) with { FiltersFromEnd = 3 },
        ["both ways"] = OneWay with { FiltersFromEnd = 5, MixedFiltersFromEnd = 18 },
        ["both ways, intervals"] = OneWay with { FiltersFromEnd = 16, MixedFiltersFromEnd = 1, HasIntervals = true },
        ["feedback"] = OneWay with { FeedbackLags = 6 },
        ["linear, feedback over two steps"] = Sizes(1, 1, 0, 0) with { FeedbackLags = 2 },
        ["both ways, mixtures that are not filtered from the end"] = OneWay with { FiltersFromEnd = 1 },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string, int> Windows
    {
        get
        {
            var windows = new TheoryData<string, int>();
            foreach (int window in new[] { 1, 7, 64, 100 })
            {
                windows.Add("Wiener-Hammerstein", window);
                windows.Add("intervals", window);
                windows.Add("feedback", window);
            }
            return windows;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_IsTheRecurrence(string name)
    {
        var (bank, parameters) = Create(All[name]);
        foreach (int length in new[] { 1, 2, 63, 64, 65, 200 })
        {
            float[] input = Input(bank, length), intervals = Intervals(bank, length);
            double[][] expected = StepBankOracle.Answers(
                OracleParameters.Of(parameters), Rows.Unpack(input, bank.Sizes.Inputs, length)[0], banks: 2,
                intervals.Length > 0 ? intervals.ToDouble() : null);
            Forward(bank, parameters, input, intervals, length).Should().BeNear(expected.Flat(), Tolerance.Forward, $"length {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASequenceAlone_HasTheBitsOfItsRowsInABatch(string name)
    {
        var (bank, parameters) = Create(All[name]);
        int inputs = bank.Sizes.Inputs;
        int[] lengths = [5, 1, 130, 64];
        float[] input = Input(bank, lengths.Sum()), intervals = Intervals(bank, lengths.Sum());
        float[] together = Forward(bank, parameters, input, intervals, lengths);
        for (int s = 0, row = 0; s < lengths.Length; row += lengths[s++])
        {
            var rows = row..(row + lengths[s]);
            float[] alone = Forward(
                bank, parameters, input[(row * inputs)..((row + lengths[s]) * inputs)], intervals.Length > 0 ? intervals[rows] : [],
                lengths[s]);
            alone.Should().BeBitwise(together[(row * 2)..((row + lengths[s]) * 2)]);
        }
    }

    [Theory]
    [InlineData("Wiener-Hammerstein")]
    [InlineData("both ways")]
    public void IntervalsOfOne_GiveWhatNoIntervalsGive(string name)
    {
        const int Length = 150;
        var (plain, parameters) = Create(All[name]);
        var (timed, own) = Create(All[name] with { HasIntervals = true });
        parameters.Values.CopyTo(own.Values);
        foreach (var filters in timed.Banks.SelectMany(Filters))
            MakeContinuous(filters, own.Values);
        float[] input = Input(plain, Length), ones = new float[Length];
        Array.Fill(ones, 1);
        Forward(timed, own, input, ones, Length).ToArray().Should().BeNear(
            Forward(plain, parameters, input, [], Length).ToDouble(), Tolerance.Forward);
    }

    [Fact]
    public void ARowThatIsHeld_LeadsToTheSameState_HoweverItIsSampled()
    {
        var (bank, parameters) = Create(OneWay with { HasIntervals = true });
        float[] Held(params float[] intervals)
        {
            float[] input = [.. Enumerable.Repeat(new[] { 1f, -2, 0.5f }, intervals.Length).SelectMany(row => row)];
            return Forward(bank, parameters, input, intervals, intervals.Length)[^2..];
        }
        // The mixtures of a constant input settle too, so that a long interval and many short ones end alike.
        float[] longOne = Held([1, 300, 300]), shortOnes = Held([.. Enumerable.Repeat(0.75f, 800)]);
        shortOnes.Should().BeNear(longOne.ToDouble(), Tolerance.Forward);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Windows_HaveTheBitsOfTheWhole(string name, int window)
    {
        const int Length = 150;
        var (bank, parameters) = Create(All[name]);
        int inputs = bank.Sizes.Inputs;
        float[] input = Input(bank, Length), intervals = Intervals(bank, Length);
        float[] whole = Forward(bank, parameters, input, intervals, Length);
        float[] state = new float[bank.StateSize], answers = new float[whole.Length];
        Array.Fill(state, float.NaN);
        for (int start = 0; start < Length; start += window)
        {
            int rows = Math.Min(window, Length - start);
            var pass = Pass(parameters, [0, rows], Scratch(bank), intervals.Length > 0 ? intervals.AsSpan(start, rows) : [])
                with { State = state, IsWindow = true, Before = start };
            bank.Forward(pass, input.AsSpan(start * inputs, rows * inputs), answers.AsSpan(start * 2, rows * 2));
        }
        answers.Should().BeBitwise(whole);
    }

    [Theory]
    [InlineData("Wiener-Hammerstein")]
    [InlineData("intervals")]
    [InlineData("feedback")]
    public void Step_HasTheBitsOfForward_AndAllocatesNothing(string name)
    {
        const int Length = 70;
        var (bank, parameters) = Create(All[name]);
        int inputs = bank.Sizes.Inputs;
        float[] input = Input(bank, Length), intervals = Intervals(bank, Length);
        float[] whole = Forward(bank, parameters, input, intervals, Length);
        float[] state = new float[bank.StateSize], answers = new float[whole.Length], scratch = Scratch(bank), one = [1];
        int[] starts = [0, 1];
        bank.Begin(Pass(parameters, starts, scratch, one), input.AsSpan(0, inputs), state);
        for (int t = 0; t < Length; t++)
        {
            var pass = Pass(parameters, starts, scratch, intervals.Length > 0 ? intervals.AsSpan(t, 1) : one);
            bank.Step(pass, input.AsSpan(t * inputs, inputs), answers.AsSpan(t * 2, 2), state);
        }
        answers.Should().BeBitwise(whole);
        NoAllocation.In(() => bank.Begin(Pass(parameters, starts, scratch, one), input.AsSpan(0, inputs), state));
        NoAllocation.In(
            () => bank.Step(Pass(parameters, starts, scratch, one), input.AsSpan(0, inputs), answers.AsSpan(0, 2), state));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_AllocatesNothing(string name)
    {
        var (bank, parameters) = Create(All[name]);
        float[] input = Input(bank, 100), intervals = Intervals(bank, 100), output = new float[100 * 2], scratch = Scratch(bank);
        float[] behind = Behind(intervals, 100);
        int[] starts = [0, 100];
        NoAllocation.In(() => bank.Forward(Pass(parameters, starts, scratch, intervals, behind), input, output));
    }

    private static StepBankSizes Sizes(int inputs, int filters, int mixtures, int mixed)
        => new(inputs, 2, 2, filters, 0, mixtures, mixed);

    private static (StepBank Bank, ParameterSet Parameters) Create(StepBankSizes sizes)
    {
        var layout = new ParameterLayout();
        var bank = new StepBank(layout, sizes);
        var parameters = layout.Create(new Random(1));
        Draw.Uniform(parameters.Values.Length, -0.4, 0.4, 2).CopyTo(parameters.Values);
        if (bank.Feedback is { } feedback)
        {
            // Small enough not to be chaotic, with a bound that is reached.
            foreach (ref float weight in feedback.Weights.Of(parameters.Values))
                weight *= 0.02f;
            feedback.Bound.Of(parameters.Values)[0] = 0.6f;
        }
        int seed = 3;
        foreach (var filters in bank.Banks.SelectMany(Filters))
        {
            Draw.Poles(filters.Filters, seed++).CopyTo(filters.Poles.Of(parameters.Values));
            if (sizes.HasIntervals)
                MakeContinuous(filters, parameters.Values);
        }
        return (bank, parameters);
    }

    private static IEnumerable<FilterBank> Filters(StepFeatures bank)
        => new[] { bank.InputFilters, bank.MixedFilters, bank.InputFiltersFromEnd, bank.MixedFiltersFromEnd }.OfType<FilterBank>();

    // From lambda and B to log lambda and B / (lambda - 1).
    private static void MakeContinuous(FilterBank filters, Span<float> values)
    {
        int count = filters.Filters, inputs = filters.Inputs;
        Span<float> poles = filters.Poles.Of(values), matrix = filters.InputMatrix.Of(values);
        for (int n = 0; n < count; n++)
        {
            Complex pole = new(poles[n], poles[count + n]), zeta = Complex.Log(pole);
            (poles[n], poles[count + n]) = ((float)zeta.Real, (float)zeta.Imaginary);
            for (int c = 0; c < inputs; c++)
            {
                var value = new Complex(matrix[n * inputs + c], matrix[(count + n) * inputs + c]) / (pole - 1);
                (matrix[n * inputs + c], matrix[(count + n) * inputs + c]) = ((float)value.Real, (float)value.Imaginary);
            }
        }
    }

    private static float[] Input(StepBank bank, int rows) => Draw.Uniform(rows * bank.Sizes.Inputs, -2, 2, 5);

    private static float[] Intervals(StepBank bank, int rows) => bank.Sizes.HasIntervals ? Draw.Uniform(rows, 0.1, 4, 6) : [];

    private static float[] Forward(StepBank bank, ParameterSet parameters, float[] input, float[] intervals, params int[] lengths)
    {
        var output = new float[lengths.Sum() * bank.Sizes.Outputs];
        bank.Forward(
            Pass(parameters, LayerRun.Starts(lengths), Scratch(bank), intervals, Behind(intervals, lengths)), input, output);
        return output;
    }

    // The time to the next row of the same sequence, 1 where none follows.
    private static float[] Behind(float[] intervals, params int[] lengths)
    {
        int[] starts = LayerRun.Starts(lengths);
        return [.. intervals.Select((_, row) => starts.Contains(row + 1) ? 1 : intervals[row + 1])];
    }

    private static Pass Pass(
        ParameterSet parameters, int[] starts, float[] scratch, ReadOnlySpan<float> intervals, ReadOnlySpan<float> behind = default)
        => new()
        {
            Weights = new Weights(parameters.Values, []), Starts = starts, Scratch = scratch, Intervals = intervals,
            IntervalsBehind = behind,
        };

    // Arbitrary numbers, so that it shows when the layer reads what it has not written.
    private static float[] Scratch(StepBank bank)
    {
        var scratch = new float[bank.ScratchSize(200)];
        Array.Fill(scratch, float.NaN);
        return scratch;
    }
}
