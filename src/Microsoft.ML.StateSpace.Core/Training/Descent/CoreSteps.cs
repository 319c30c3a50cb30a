using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The closed steps of all cores that have one, from one pass over all training sequences.</summary>
internal sealed class CoreSteps(DepthPass pass, DiagonalCore[] cores, double largestRadius, double weight)
{
    private readonly PassSums[] _sums = [.. Enumerable.Range(0, pass.Shards).Select(_ => new PassSums(cores))];
    private readonly CoreStep[] _steps = new CoreStep[cores.Length];

    /// <summary>Whether there is no such core.</summary>
    public bool IsEmpty => cores.Length == 0;

    /// <summary>The step of the core of that number.</summary>
    public CoreStep this[int index] => _steps[index];

    /// <summary>Goes forward and backward at these parameters.</summary>
    public void Run(ReadOnlySpan<float> values)
    {
        foreach (var sums in _sums)
            sums.Clear();
        pass.Set(values);
        pass.Run(IsEmpty ? null : _sums);
        for (int shard = 1; shard < _sums.Length; shard++)
            _sums[0].Add(_sums[shard]);
        for (int i = 0; i < cores.Length; i++)
            _steps[i] = new CoreStep(cores[i], _sums[0][i], pass.Weights, pass.PreparedGradient, weight, largestRadius);
    }

    /// <summary>Sets poles and input matrices behind a step with the same penalty for all states.</summary>
    public void Apply(float[] candidate, double penalty)
    {
        for (int i = 0; i < cores.Length; i++)
        {
            var penalties = new double[cores[i].States];
            penalties.AsSpan().Fill(penalty);
            _steps[i].Apply(candidate, penalties);
        }
    }
}
