using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The closed steps of all cores that have one, from the backward pass with which the point was evaluated.</summary>
internal sealed class CoreSteps
{
    private readonly FullBatch _batch;
    private readonly DiagonalCore[] _cores;
    private readonly double _largestRadius;
    private readonly CoreStep[] _steps;
    private readonly PointPass? _pass; // where there are such cores

    public CoreSteps(FullBatch batch, DiagonalCore[] cores, double largestRadius)
    {
        (_batch, _cores, _largestRadius, _steps) = (batch, cores, largestRadius, new CoreStep[cores.Length]);
        _pass = cores.Length > 0 ? new PointPass(batch, cores) : null;
    }

    /// <summary>Whether there is no such core.</summary>
    public bool IsEmpty => _cores.Length == 0;

    /// <summary>The step of the core of that number.</summary>
    public CoreStep this[int index] => _steps[index];

    /// <summary>Says that the last trial was accepted, so that its backward pass is that of the next steps.</summary>
    public void Accept() => _pass?.Accept();

    /// <summary>Makes the steps from a point.</summary>
    public void Run(DescentPoint point)
    {
        if (_pass is null)
            return;
        var (sums, gradient) = _pass.Run(point);
        _batch.Set(point.Values);
        for (int i = 0; i < _cores.Length; i++)
            _steps[i] = new CoreStep(
                _cores[i], sums[i], _batch.Weights, gradient, _batch.TotalWeight, _largestRadius, _batch.MostRadius);
    }

    /// <summary>Sets poles and input matrices behind a step with the same penalty for all states.</summary>
    public void Apply(float[] candidate, double penalty)
    {
        for (int i = 0; i < _cores.Length; i++)
        {
            var penalties = new double[_cores[i].States];
            penalties.AsSpan().Fill(penalty);
            _steps[i].Apply(candidate, penalties);
        }
    }
}
