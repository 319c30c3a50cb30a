using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What closed steps of diagonal cores need of a backward pass over all training sequences: the sums of their rows, and the gradient of the
/// prepared values. The parts of a pass add up by themselves, and then in order, so the bits do not depend on the number of threads.
/// </summary>
/// <param name="cores">The cores.</param>
/// <param name="parts">Parts of a pass.</param>
/// <param name="length">Floats of the prepared values that have a gradient.</param>
internal sealed class CoreCollector(DiagonalCore[] cores, int parts, int length)
{
    private readonly PassSums[] _sums = [.. Enumerable.Range(0, parts).Select(_ => new PassSums(cores))];
    private readonly double[][] _gradients = [.. Enumerable.Range(0, parts).Select(_ => new double[length])];

    /// <summary>The sums of a part.</summary>
    public PassSums this[int part] => _sums[part];

    public void Clear()
    {
        foreach (var sums in _sums)
            sums.Clear();
        foreach (double[] gradient in _gradients)
            gradient.AsSpan().Clear();
    }

    /// <summary>Adds the gradient of the prepared values of one term.</summary>
    public void Add(int part, ReadOnlySpan<float> prepared)
    {
        for (int i = 0; i < prepared.Length; i++)
            _gradients[part][i] += prepared[i];
    }

    /// <summary>The sums and the gradient of all parts, which are then those of the first.</summary>
    public (PassSums Sums, double[] Gradient) Total()
    {
        for (int part = 1; part < _sums.Length; part++)
        {
            _sums[0].Add(_sums[part]);
            for (int i = 0; i < length; i++)
                _gradients[0][i] += _gradients[part][i];
        }
        return (_sums[0], _gradients[0]);
    }
}
