using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// L-BFGS (Liu and Nocedal 1989): the direction is minus the gradient times an inverse Hessian, which the last steps s and the changes of
/// the gradient y along them stand for; the two-loop recursion (Nocedal and Wright 2006, algorithm 7.4). A pair with
/// <c>s'y &lt;= 1e-10 |s| |y|</c> is dropped. Where a search fails, the pairs are forgotten and steepest descent is tried once.
/// </summary>
internal sealed class Lbfgs(LbfgsOptions options, FullBatch batch) : IDescentMethod
{
    private const double LeastCurvature = 1e-10;

    private readonly int _length = batch.Parameters.Values.Length;
    private readonly double[] _direction = new double[batch.Parameters.Values.Length];
    private readonly WolfeSearch _search = new(batch);
    private readonly List<(double[] Step, double[] Change)> _pairs = []; // the oldest first

    public DescentIteration? Iterate(DescentPoint point)
    {
        float[] values = [.. point.Values];
        double[] gradient = [.. point.Gradient];
        SetDirection(gradient);
        var iteration = _search.Run(point, _direction);
        if (iteration is null && _pairs.Count > 0)
        {
            _pairs.Clear();
            SetDirection(gradient);
            iteration = _search.Run(point, _direction);
        }
        if (iteration is not null)
            Remember(point, values, gradient);
        return iteration;
    }

    public double[] Save() => [.. _pairs.SelectMany(pair => pair.Step.Concat(pair.Change))];

    public void Load(double[] state)
    {
        if (state.Length % (2 * _length) != 0 || state.Length / (2 * _length) > options.Memory)
            throw new InvalidDataException(
                $"The state of L-BFGS must hold up to {options.Memory} pairs of {_length} numbers each, but has {state.Length}.");
        _pairs.Clear();
        for (int at = 0; at < state.Length; at += 2 * _length)
            _pairs.Add((state[at..(at + _length)], state[(at + _length)..(at + 2 * _length)]));
    }

    private void SetDirection(double[] gradient)
    {
        TensorPrimitives.Negate(gradient, _direction);
        if (_pairs.Count == 0)
        {
            double norm = Math.Sqrt(TensorPrimitives.Dot<double>(gradient, gradient));
            TensorPrimitives.Divide(_direction, Math.Max(1, norm), _direction);
            return;
        }
        var factors = new double[_pairs.Count];
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            var (step, change) = _pairs[i];
            factors[i] = TensorPrimitives.Dot<double>(step, _direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(change, -factors[i], _direction, _direction);
        }
        var (lastStep, lastChange) = _pairs[^1];
        double scale = TensorPrimitives.Dot<double>(lastStep, lastChange) / TensorPrimitives.Dot<double>(lastChange, lastChange);
        TensorPrimitives.Multiply(_direction, scale, _direction);
        for (int i = 0; i < _pairs.Count; i++)
        {
            var (step, change) = _pairs[i];
            double factor = TensorPrimitives.Dot<double>(change, _direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(step, factors[i] - factor, _direction, _direction);
        }
    }

    private void Remember(DescentPoint point, float[] values, double[] gradient)
    {
        var step = new double[_length];
        for (int i = 0; i < _length; i++)
            step[i] = (double)point.Values[i] - values[i];
        var change = new double[_length];
        TensorPrimitives.Subtract(point.Gradient, gradient, change);
        double curvature = TensorPrimitives.Dot<double>(step, change);
        double size = Math.Sqrt(TensorPrimitives.Dot<double>(step, step) * TensorPrimitives.Dot<double>(change, change));
        if (!(curvature > LeastCurvature * size))
            return;
        if (_pairs.Count == options.Memory)
            _pairs.RemoveAt(0);
        _pairs.Add((step, change));
    }
}
