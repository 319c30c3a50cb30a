using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What the backward pass with which a point was evaluated tells of its prepared values. Only where the last pass over all sequences was
/// not at the accepted point, as at the beginning, is there another.
/// </summary>
internal sealed class PointPass
{
    private readonly FullBatch _batch;
    private readonly double[] _gradient;
    private bool _isAtPoint; // whether the last backward pass was that at the accepted point

    /// <param name="batch">The objective; it is told to collect.</param>
    /// <param name="summed">The cores whose rows are summed too.</param>
    public PointPass(FullBatch batch, DiagonalCore[] summed)
    {
        (_batch, _gradient) = (batch, new double[batch.Parameters.Values.Length]);
        batch.Collector = new CoreCollector(summed, batch.Parts, batch.Model.Layout.GradedLength);
    }

    /// <summary>Says that the last trial was accepted, so that its backward pass is that of the point.</summary>
    public void Accept() => _isAtPoint = true;

    /// <summary>The sums of the cores at the accepted point, and the gradient of the prepared values.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public (PassSums Sums, double[] Gradient) Run(DescentPoint point)
    {
        if (!_isAtPoint)
            _batch.Gradient(point.Values, _gradient);
        _isAtPoint = false;
        return _batch.Collector!.Total();
    }
}
