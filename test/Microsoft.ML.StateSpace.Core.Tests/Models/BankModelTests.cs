using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>
/// What only a bank has: its features of a sequence, straight from the definitions, and counts that a long stream halves.
/// </summary>
[Trait("Kind", "Law")]
public class BankModelTests
{
    public static TheoryData<string> Names => [.. BankCases.All.Keys];

    // Thresholds are outputs of the training sequences; so other sequences are scored.
    [Theory]
    [MemberData(nameof(Names))]
    public void Score_MatchesOracle(string name)
    {
        var trained = TrainedCases.Create(name);
        var (model, parameters) = (SequenceModel.Create(trained.Options), trained.Parameters);
        float[] prepared = new float[model.Layout.PreparedLength], outputs = new float[trained.Options.Outputs];
        model.Prepare(new Weights(parameters.Values, prepared));
        var memory = (BankMemory)model.CreateMemory();
        var data = ModelCases.Data(trained.Options, [.. Enumerable.Repeat(1, TrainedCases.Sequences), 1, 2, 70, 131]);
        for (int i = TrainedCases.Sequences; i < data.Count; i++)
        {
            float[] features = new float[((BankModel)model).Features];
            memory.Features(new Weights(parameters.Values, prepared), data.Values(i), data.Intervals(i), features);
            var (expected, unsure) = Features((BankModel)model, OracleParameters.Of(parameters), data, i);
            double bound = 4 * Tolerance.Model * expected.Max(Math.Abs);
            int counted = ((BankModel)model).Bank.Features;
            double linearBound = 4 * Tolerance.Model * expected.Skip(counted).Select(Math.Abs).DefaultIfEmpty().Max();
            for (int j = 0; j < features.Length; j++)
                Math.Abs(features[j] - expected[j]).Should()
                    .BeLessThanOrEqualTo((j < counted ? bound : linearBound) + unsure[j], $"sequence {i}, feature {j}");
            // Where nothing has been measured yet all outputs are alike, which makes an eighth of the features unsure.
            if (data.Length(i) > 2 && counted > 0)
                unsure.Count(share => share > 0).Should().BeLessThan(features.Length / 8, "rounding decides few counts");
            memory.Score(new Weights(parameters.Values, prepared), data.Values(i), data.Intervals(i), outputs);
            double[] weight = parameters["ReadOut.Weight"].ToArray().ToDouble(), bias = parameters["ReadOut.Bias"].ToArray().ToDouble();
            double[] sums = Rows.Multiply(weight, features.ToDouble());
            double magnitude = Rows.Multiply([.. weight.Select(Math.Abs)], [.. features.Select(f => Math.Abs((double)f))]).Max();
            for (int k = 0; k < outputs.Length; k++)
                outputs[k].Should().BeApproximately(sums[k] + bias[k], Tolerance.Sum(features.Length, magnitude + Math.Abs(bias[k])));
        }
    }

    // One answer that is one feature, so that what is counted shows.
    [Theory]
    [InlineData(0)] // the shares above the first thresholds of sixteen filters
    [InlineData(13)] // their means
    [InlineData(14)] // the shares of steps that they win
    public void AStream_HalvesItsCounts_SoThatThePastFades(int kind)
    {
        const int Most = 16, Length = 100;
        var options = BankCases.All["Bank, few filters of a channel"] with { Task = SequenceTask.Regression, Outputs = 1 };
        var trained = TrainedCases.Create(options);
        trained.Parameters["ReadOut.Bias"].Clear();
        trained.Parameters["Output.Mean"].Clear();
        trained.Parameters["Output.Deviation"].Fill(1);
        // Of the filter whose feature varies most.
        Answer(trained, Enumerable.Range(16 * kind, 16).MaxBy(feature =>
        {
            Answer(trained, feature);
            return Stream(trained, Length).Distinct().Count();
        }));
        float[] usual = Stream(trained, Length), halving = Stream(trained, Length, Most);
        // What each step adds to the count, from the shares of a stream that does not fade.
        double[] counts = [0, .. usual.Select((share, t) => (double)share * (t + 1))];
        double[] added = [.. counts.Skip(1).Zip(counts, (after, before) => after - before)];
        double count = 0, largest = usual.Max(Math.Abs);
        int steps = 0;
        for (int t = 0; t < Length; t++)
        {
            if (steps == Most)
                (count, steps) = (count / 2, steps / 2);
            (count, steps) = (count + added[t], steps + 1);
            halving[t].Should().BeApproximately(count / steps, 2e-5 * Math.Max(1, largest), $"step {t}");
        }
        usual.Distinct().Should().HaveCountGreaterThan(10, "the feature varies");
        halving[..Most].Should().BeBitwise(usual[..Most]);
        halving.Should().NotEqual(usual);
    }

    private static void Answer(TrainedModel trained, int feature)
    {
        trained.Parameters["ReadOut.Weight"].Clear();
        trained.Parameters["ReadOut.Weight"][feature] = 1;
    }

    private static float[] Stream(TrainedModel trained, int length, long? most = null)
    {
        var layout = new ParameterLayout();
        var model = most is long counted ? new BankModel(trained.Options, layout, counted) : new BankModel(trained.Options, layout);
        var prepared = new float[model.Layout.PreparedLength];
        model.Prepare(new Weights(trained.Parameters.Values, prepared));
        var stream = new SequenceStream(model, trained.Parameters, prepared, new StreamBytes(trained.Parameters));
        return [.. Draw.Uniform(length, -3, 5, 9).Select(value => stream.Step([value])[0])];
    }

    // The features, and by how much each may differ because an output lies so near to a threshold, or to another, that rounding decides.
    private static (double[] Features, double[] Unsure) Features(BankModel model, OracleParameters p, SequenceSet data, int index)
    {
        var (options, bank) = (model.Options, model.Bank);
        double[][] rows = InputOracle.Rows(
            options, p.Scope("Input"), Rows.Unpack(data.Values(index).ToArray(), data.Features, data.Length(index))[0]);
        double[] intervals = data.Intervals(index).ToArray().ToDouble();
        List<double> features = [], unsure = [];
        int first = 0;
        for (int group = 0; group < bank.Groups; group++)
        {
            int channels = options.Inputs, offset = bank.Source(group) * channels;
            double[] mix = p["Bank.Mix"][(group * channels)..((group + 1) * channels)];
            double[] input = [.. rows.Select(row => mix.Zip(row.Skip(offset), (weight, value) => weight * value).Sum())];
            double[] own = [.. intervals];
            if (bank.IsReversed(group))
            {
                Array.Reverse(input);
                own = own.Length == 0 ? [] : [1, .. intervals.Skip(1).Reverse()];
            }
            Complex At(string name, int j) => new(p[name][2 * group * 16 + j], p[name][(2 * group + 1) * 16 + j]);
            double[][] outputs = [.. Enumerable.Range(0, 16)
                .Select(j => BankOracle.Chain(bank.Order(group), At("Bank.Rate", j), At("Bank.Output", j), input, own))];
            double[][] levels = [.. p["Bank.Threshold"].Skip(first * 16).Take(bank.Thresholds(group) * 16).Chunk(16)];
            first += levels.Length;
            features.AddRange(BankOracle.Features(outputs, levels, bank.Parts(group)));
            unsure.AddRange(Unsure(outputs, levels, bank.Parts(group)));
        }
        if (model.Linear is not null)
            features.AddRange(LastStates(options, p, rows, intervals));
        return ([.. features], [.. unsure, .. new double[features.Count - unsure.Count]]);
    }

    // The last row, and the last states of filters that begin in the steady state of the first one.
    private static double[] LastStates(SequenceModelOptions options, OracleParameters p, double[][] rows, double[] intervals)
    {
        double[] poles = p["Linear.Poles"], matrix = p["Linear.InputMatrix"];
        int filters = poles.Length / 2, inputs = options.Inputs;
        var states = new Complex[filters];
        for (int n = 0; n < filters; n++)
        {
            Complex pole = new(poles[n], poles[filters + n]);
            Complex Input(int t) => Enumerable.Range(0, inputs).Aggregate(
                Complex.Zero, (sum, c) => sum + new Complex(matrix[n * inputs + c], matrix[(filters + n) * inputs + c]) * rows[t][c]);
            Complex state = options.HasIntervals ? -Input(0) : Input(0) / (1 - pole);
            for (int t = 0; t < rows.Length; t++)
            {
                state = options.HasIntervals
                    ? state + (Complex.Exp(pole * intervals[t]) - 1) * (state + Input(t))
                    : pole * state + Input(t);
            }
            states[n] = state;
        }
        return [.. rows[^1].Take(inputs), .. states.Select(state => state.Real), .. states.Select(state => state.Imaginary)];
    }

    private static IEnumerable<double> Unsure(double[][] outputs, double[][] levels, int parts)
    {
        // Outputs have deviation 1.
        double near = 4 * Tolerance.Forward * Math.Max(1, outputs.Max(y => y.Max(Math.Abs)));
        double[][] sure = [.. BothSides(outputs, levels, parts, near)];
        double[] differences = [.. sure[0].Zip(sure[1], (low, high) => Math.Abs(high - low))];
        int whole = differences.Length - 4 * 16;
        foreach (double difference in differences[..whole])
            yield return difference;
        for (int i = 0; i < 32; i++)
            yield return 0;
        foreach (var extreme in (Func<IEnumerable<double>, double>[])[values => values.Max(), values => values.Min()])
        {
            foreach (double[] y in outputs)
                yield return y.Where((value, t) =>
                {
                    double most = extreme(outputs.Select(other => other[t]));
                    return Math.Abs(value - most) < near && outputs.Count(other => Math.Abs(other[t] - most) < near) > 1;
                }).Count() / (double)y.Length;
        }
    }

    private static IEnumerable<double[]> BothSides(double[][] outputs, double[][] levels, int parts, double near)
    {
        foreach (double shift in new[] { near, -near })
            yield return BankOracle.Features(outputs, [.. levels.Select(row => row.Select(level => level + shift).ToArray())], parts);
    }
}
