using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Finds the weights of an ensemble by what its members answer to sequences that they have not seen.</summary>
internal static class Stacking
{
    // The last tenth: of a record that is cut into windows it is what comes after all that is learnt.
    private const int HeldOut = 10;

    /// <summary>What members learn from, and what their weights are found on.</summary>
    public static (SequenceSet Learnt, SequenceSet Held) Split(SequenceSet data)
    {
        if (data.Count < 2)
        {
            throw new ArgumentException(
                $"Architecture.Stacked holds a tenth of the sequences out, but there is {data.Count} to train on. Give more sequences, or "
                + "leave Stacked false.");
        }
        int first = data.Count - Math.Max(1, data.Count / HeldOut);
        return (data.Select(Enumerable.Range(0, first)), data.Select(Enumerable.Range(first, data.Count - first)));
    }

    /// <summary>
    /// The weight of each member; the first alone has all of it where the best weights are better by no more than chance.
    /// </summary>
    public static double[] Weights(IReadOnlyList<TrainedModel> members, SequenceSet held, int threads)
    {
        double[][] errors = [.. members.Select(member => Errors(member, held, threads))];
        int count = members.Count, values = errors[0].Length, outputs = held.Targets.ValueWidth;
        var products = new Matrix(count, count);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
                for (int k = 0; k < values; k++)
                    products[i, j] += errors[i][k] * errors[j][k];
        double[] weights = ConvexWeights.Solve(products), differences = new double[values / outputs];
        for (int k = 0; k < values; k++)
        {
            double error = 0;
            for (int i = 0; i < count; i++)
                error += weights[i] * errors[i][k];
            differences[k / outputs] += errors[0][k] * errors[0][k] - error * error;
        }
        return StandardError.Explains(differences) ? [.. members.Select((_, i) => i == 0 ? 1.0 : 0)] : weights;
    }

    // (sequences, outputs): errors in deviations of the targets, 0 where a target is not known.
    private static double[] Errors(TrainedModel member, SequenceSet held, int threads)
    {
        int outputs = held.Targets.ValueWidth;
        var predictor = new SequencePredictor(member);
        var errors = new double[held.Count * outputs];
        Parallel.For(0, held.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var answer = new float[outputs];
            predictor.Predict(held.Values(i), held.Intervals(i), answer);
            for (int k = 0; k < outputs; k++)
                errors[i * outputs + k] = float.IsNaN(held.TargetsOf(i)[k]) ? 0 : answer[k] - (double)held.TargetsOf(i)[k];
        });
        double[] scales = Scales(held);
        for (int i = 0; i < errors.Length; i++)
            errors[i] *= scales[i % outputs];
        return errors;
    }

    // The inverse of the deviation of each output; 1 where it does not vary.
    private static double[] Scales(SequenceSet held)
    {
        var scales = new double[held.Targets.ValueWidth];
        for (int k = 0; k < scales.Length; k++)
        {
            double[] known = [.. Enumerable.Range(0, held.Count).Select(i => (double)held.TargetsOf(i)[k]).Where(y => !double.IsNaN(y))];
            double mean = known.DefaultIfEmpty().Average(), square = known.Select(y => (y - mean) * (y - mean)).DefaultIfEmpty().Average();
            scales[k] = square > 0 ? 1 / Math.Sqrt(square) : 1;
        }
        return scales;
    }
}
