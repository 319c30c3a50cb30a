using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Keeps what goes back through a network for one sequence. The sign of gradients is turned, which makes them costates.</summary>
internal sealed class TrajectoryRecorder(CoreTable table, int rows) : CostateObserver
{
    private readonly StreamTrajectory?[] _streams = new StreamTrajectory?[table.Layers + 1];
    private readonly SortedDictionary<(int Core, int Direction), (Complex[] Values, Complex[] Costates)> _cores = [];

    public override void SeeStream(int stream, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient)
    {
        if (table.LayerBefore(stream) is int layer)
            _streams[layer] = new(values.Length / rows, values.ToArray(), Array.ConvertAll(gradient.ToArray(), value => -value));
    }

    public override void See(Slot poles, int first, int direction, ReadOnlySpan<float> states, ReadOnlySpan<float> gradients)
    {
        int core = table.CoreOf(poles), count = table.States(core), here = states.Length / (2 * rows);
        if (!_cores.TryGetValue((core, direction), out var kept))
            _cores[(core, direction)] = kept = (new Complex[rows * count], new Complex[rows * count]);
        for (int row = 0; row < rows; row++)
        {
            for (int n = 0; n < here; n++)
            {
                int re = row * 2 * here + n, im = re + here, to = row * count + first + n;
                kept.Values[to] = new(states[re], states[im]);
                kept.Costates[to] = new(-gradients[re], -gradients[im]);
            }
        }
    }

    /// <param name="sequence">Index of the sequence.</param>
    /// <param name="loss">J_m.</param>
    /// <param name="stepLosses">What each row adds to it.</param>
    public ControlTrajectory Finish(int sequence, double loss, double[] stepLosses) => new(
        sequence, rows, loss, [.. _streams.Select(stream => stream!)],
        [.. _cores.Select(core => new CoreTrajectory(
            table.CoreName(core.Key.Core), core.Key.Direction == 1, table.States(core.Key.Core), core.Value.Values, core.Value.Costates,
            [.. stepLosses.Select((cost, row) => Product(core.Value, row, table.States(core.Key.Core)) - cost)]))]);

    // Re<p_t, x_t>
    private static double Product((Complex[] Values, Complex[] Costates) kept, int row, int count)
    {
        double sum = 0;
        for (int i = row * count; i < (row + 1) * count; i++)
            sum += kept.Costates[i].Real * kept.Values[i].Real + kept.Costates[i].Imaginary * kept.Values[i].Imaginary;
        return sum;
    }
}
