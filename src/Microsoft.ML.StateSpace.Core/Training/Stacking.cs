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
    public static (SequenceSource Learnt, SequenceSource Held) Split(SequenceSource data)
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
    /// The weight of each member; the first alone has all of it where the best weights are better by no more than chance, by what they
    /// make of blocks of neighbours without which they were found.
    /// </summary>
    public static double[] Weights(IReadOnlyList<TrainedModel> members, SequenceSource held, TrainingOptions training)
    {
        double[][] errors = Errors(members, held, training);
        int rows = held.Count, values = errors[0].Length, blocks = Math.Min(rows, LeftOutBlocks.Count);
        var all = Products(errors, 0, values);
        // How much larger the error of the first is than that of weights which were found without the block that is judged.
        var differences = new double[rows];
        for (int block = 0; block < blocks; block++)
        {
            int first = (int)((long)block * rows / blocks), end = (int)((block + 1L) * rows / blocks), outputs = values / rows;
            var others = new Matrix(members.Count, members.Count);
            others.Set(all);
            others.Add(Products(errors, first * outputs, end * outputs), -1);
            double[] found = ConvexWeights.Solve(others);
            for (int k = first * outputs; k < end * outputs; k++)
            {
                double error = 0;
                for (int i = 0; i < found.Length; i++)
                    error += found[i] * errors[i][k];
                differences[k / outputs] += errors[0][k] * errors[0][k] - error * error;
            }
        }
        return StandardError.Explains(differences) ? [.. members.Select((_, i) => i == 0 ? 1.0 : 0)] : ConvexWeights.Solve(all);
    }

    // Sums of products of the errors of each two members.
    private static Matrix Products(double[][] errors, int from, int to)
    {
        var products = new Matrix(errors.Length, errors.Length);
        for (int i = 0; i < errors.Length; i++)
            for (int j = 0; j < errors.Length; j++)
                for (int k = from; k < to; k++)
                    products[i, j] += errors[i][k] * errors[j][k];
        return products;
    }

    // For each member (sequences, outputs): errors in deviations of the targets, 0 where a target is not known.
    private static double[][] Errors(IReadOnlyList<TrainedModel> members, SequenceSource held, TrainingOptions training)
    {
        int outputs = held.Targets.ValueWidth;
        var targets = new List<float>();
        List<double>[] errors = [.. members.Select(_ => new List<double>())];
        SequencePredictor[] predictors = [.. members.Select(member => new SequencePredictor(member))];
        foreach (var part in held.Parts(training.Cancellation))
        {
            float[] known = [.. Enumerable.Range(0, part.Count).SelectMany(i => part.TargetsOf(i).ToArray())];
            targets.AddRange(known);
            for (int m = 0; m < predictors.Length; m++)
            {
                var answers = Answers(predictors[m], part, training);
                errors[m].AddRange(answers.Select((y, k) => float.IsNaN(known[k]) ? 0 : y - (double)known[k]));
            }
        }
        double[] scales = [.. Enumerable.Range(0, outputs).Select(k => Scale(targets.Where((_, i) => i % outputs == k)))];
        return [.. errors.Select(own => own.Select((error, i) => error * scales[i % outputs]).ToArray())];
    }

    private static float[] Answers(SequencePredictor predictor, SequenceSet part, TrainingOptions training)
    {
        int outputs = part.Targets.ValueWidth;
        var answers = new float[part.Count * outputs];
        Parallel.For(
            0, part.Count, new ParallelOptions { MaxDegreeOfParallelism = training.Threads ?? Environment.ProcessorCount },
            i => predictor.Predict(part, i, answers.AsSpan(i * outputs, outputs)));
        return answers;
    }

    // The inverse of the deviation of an output; 1 where it does not vary.
    private static double Scale(IEnumerable<float> targets)
    {
        double[] known = [.. targets.Where(y => !float.IsNaN(y)).Select(y => (double)y)];
        double mean = known.DefaultIfEmpty().Average(), square = known.Select(y => (y - mean) * (y - mean)).DefaultIfEmpty().Average();
        return square > 0 ? 1 / Math.Sqrt(square) : 1;
    }
}
