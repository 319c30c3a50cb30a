using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Says with what weight the network of a forecaster counts, and how far its bounds are moved, by rows from which neither the network nor
/// the closed form had learnt.
/// </summary>
internal sealed class ForecastJudge
{
    // Weights that are tried: 0, 1 / 20, ..., 1.
    private const int Shares = 20;

    private const int FewestBlocks = 4;

    private readonly IReadOnlyList<ForecastExamples> _series;
    private readonly List<float[]> _outputs, _targets;
    private readonly double _confidence;

    /// <param name="series">All series.</param>
    /// <param name="network">The network; its weight is not looked at.</param>
    /// <param name="confidence">The share of values that shall lie in their intervals.</param>
    public ForecastJudge(IReadOnlyList<ForecastExamples> series, ForecastNetwork network, double confidence)
    {
        (_series, _confidence) = (series, confidence);
        (_outputs, _targets) = ([], []);
        foreach (var one in series)
        {
            var outputs = new float[(long)one.Known * network.Model.Options.Outputs];
            network.Predict(one.Inputs(one.Known), outputs);
            _outputs.Add(outputs);
            _targets.Add(one.Targets(one.Known, one.Learnt, one.Known));
        }
    }

    /// <summary>
    /// The weight of the network with the least loss of all quantiles in the last part. It is 0 where that is better than the closed form
    /// by no more than one standard error, by what weights make of blocks of neighbours without which they were found. Neighbours see the
    /// same targets, so a block has at least as many rows as there are horizon steps; where there are too few blocks, nothing can be told.
    /// </summary>
    public double Weight(TaskLoss loss, int horizon)
    {
        var losses = Losses((IntervalLoss)loss);
        int rows = losses.Count, blocks = Math.Min(rows / horizon, LeftOutBlocks.Count);
        if (blocks < FewestBlocks)
            return 0;
        var all = Sum(losses, 0, rows);
        var gains = new double[blocks];
        for (int block = 0; block < blocks; block++)
        {
            double[] own = Sum(losses, (int)((long)block * rows / blocks), (int)((block + 1L) * rows / blocks));
            int found = Least([.. all.Zip(own, (whole, part) => whole - part)]);
            gains[block] = own[0] - own[found];
        }
        return StandardError.Explains(gains) ? 0 : (double)Least(all) / Shares;
    }

    /// <summary>
    /// How far the bounds of each step and target are moved, (Horizon, Targets): the size of the score that the given share of rows does
    /// not exceed, where a score is how far a value lies outside of its interval, or, negative, inside.
    /// </summary>
    public double[] Offsets(int places, double weight)
    {
        var offsets = new double[places];
        for (int place = 0; place < places; place++)
        {
            var scores = new List<double>();
            for (int i = 0; i < _series.Count; i++)
            {
                for (int t = 0; t < _series[i].Known; t++)
                {
                    float target = _targets[i][(t * places + place) * IntervalLoss.Size];
                    if (float.IsNaN(target))
                        continue;
                    var (lower, _, upper) = ForecastNetwork.Quantiles(OutputsAt(i, t, place, places), weight);
                    scores.Add(Math.Max(lower - target, target - upper));
                }
            }
            scores.Sort();
            int rank = (int)Math.Ceiling((scores.Count + 1) * _confidence);
            offsets[place] = scores.Count == 0 ? 0 : scores[Math.Clamp(rank, 1, scores.Count) - 1];
        }
        return offsets;
    }

    // For each row with targets in the last part: the loss of each weight that is tried.
    private List<double[]> Losses(IntervalLoss loss)
    {
        var losses = new List<double[]>();
        for (int i = 0; i < _series.Count; i++)
        {
            var one = _series[i];
            int places = one.Known == 0 ? 0 : _targets[i].Length / one.Known / IntervalLoss.Size;
            var last = one.Targets(one.Known, one.Choosing, one.Known);
            for (int t = 0; t < one.Known; t++)
            {
                double[]? row = null;
                for (int place = 0; place < places; place++)
                {
                    float target = last[(t * places + place) * IntervalLoss.Size];
                    if (float.IsNaN(target))
                        continue;
                    row ??= new double[Shares + 1];
                    var outputs = OutputsAt(i, t, place, places);
                    for (int share = 0; share <= Shares; share++)
                    {
                        var (lower, median, upper) = ForecastNetwork.Quantiles(outputs, (double)share / Shares);
                        row[share] += loss.Of(lower, median, upper, target);
                    }
                }
                if (row is not null)
                    losses.Add(row);
            }
        }
        return losses;
    }

    // The network's outputs of a row, step and target.
    private ReadOnlySpan<float> OutputsAt(int series, int row, int place, int places)
        => _outputs[series].AsSpan((row * places + place) * IntervalLoss.Size, IntervalLoss.Size);

    private static double[] Sum(List<double[]> losses, int from, int to)
    {
        var sum = new double[Shares + 1];
        for (int row = from; row < to; row++)
        {
            for (int share = 0; share <= Shares; share++)
                sum[share] += losses[row][share];
        }
        return sum;
    }

    // Of equal losses the smaller weight.
    private static int Least(double[] losses) => Array.IndexOf(losses, losses.Min());
}
