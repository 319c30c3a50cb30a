using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Maximises the Hamiltonian of one layer less <c>lambda / 2 |theta|^2 + eps / 2 |theta - theta_l|^2</c>, with the layer's inputs and
/// costates held: some steps of L-BFGS (Liu and Nocedal 1989) with halving, from theta_l on.
/// </summary>
/// <param name="pass">What holds inputs and costates.</param>
/// <param name="most">The most steps.</param>
/// <param name="regularization">lambda.</param>
internal sealed class LayerSearch(DepthPass pass, int most, double regularization)
{
    private const double Armijo = 1e-4, LeastCurvature = 1e-10, Share = 0.5;
    private const int MostHalvings = 10;

    /// <summary>Sets the parameters of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="free">Its parameters that are to be set.</param>
    /// <param name="point">theta_l, with its gradient.</param>
    /// <param name="eps">The penalty.</param>
    /// <param name="candidate">All parameters; those that are free are set.</param>
    /// <returns>Whether the gradient that is left is at most <c>eps / 2 |theta - theta_l|</c>.</returns>
    public bool Run(int layer, IReadOnlyList<Parameter> free, DescentPoint point, double eps, float[] candidate)
    {
        int length = free.Sum(parameter => parameter.Length);
        double[] change = new double[length], gradient = new double[length], direction = new double[length],
            next = new double[length], nextGradient = new double[length], full = new double[candidate.Length];
        float[] values = [.. point.Values];
        var pairs = new List<(double[] Step, double[] Change)>();
        Gather(free, point.Gradient, gradient);
        double value = 0, norm = Norm(gradient);
        for (int step = 0; step < most && norm > Share * eps * Norm(change); step++)
        {
            Direct(pairs, gradient, 1 / (eps + regularization), direction);
            double slope = TensorPrimitives.Dot<double>(gradient, direction), factor = 1, nextValue = double.NaN;
            for (int halvings = 0; ; halvings++, factor /= 2)
            {
                if (halvings > MostHalvings || !(slope < 0))
                    return false;
                Move(free, point.Values, change, direction, factor, values, next);
                nextValue = Evaluate(layer, free, point.Values, values, next, eps, full, nextGradient);
                if (nextValue <= value + Armijo * factor * slope)
                    break;
            }
            Remember(pairs, change, next, gradient, nextGradient);
            (change, next, gradient, nextGradient, value) = (next, change, nextGradient, gradient, nextValue);
            norm = Norm(gradient);
        }
        // Where nothing was to be done, both sides are zero.
        if (norm > Share * eps * Norm(change))
            return false;
        Scatter(free, point.Values, change, candidate);
        return true;
    }

    // What is minimised, less its value at theta_l, and its gradient.
    private double Evaluate(
        int layer, IReadOnlyList<Parameter> free, float[] start, float[] values, double[] change, double eps, double[] full,
        double[] gradient)
    {
        double value = pass.Hamiltonian(layer, values, full);
        int at = 0;
        foreach (var parameter in free)
        {
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++, at++)
            {
                double d = change[at];
                value += 0.5 * eps * d * d + regularization * d * (start[i] + 0.5 * d);
                gradient[at] = full[i] + regularization * values[i] + eps * d;
            }
        }
        return value;
    }

    // Assigns values = start + change + factor direction, rounded to 32 bits, and what has become of the change.
    private static void Move(
        IReadOnlyList<Parameter> free, float[] start, double[] change, double[] direction, double factor, float[] values, double[] next)
    {
        int at = 0;
        foreach (var parameter in free)
        {
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++, at++)
            {
                values[i] = (float)(start[i] + change[at] + factor * direction[at]);
                next[at] = (double)values[i] - start[i];
            }
        }
    }

    private static void Scatter(IReadOnlyList<Parameter> free, float[] start, double[] change, float[] candidate)
    {
        int at = 0;
        foreach (var parameter in free)
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++, at++)
                candidate[i] = (float)(start[i] + change[at]);
    }

    private static void Gather(IReadOnlyList<Parameter> free, double[] from, double[] to)
    {
        int at = 0;
        foreach (var parameter in free)
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++, at++)
                to[at] = from[i];
    }

    // Minus the gradient times an inverse Hessian: the two loops of Nocedal and Wright 2006, algorithm 7.4.
    private static void Direct(
        List<(double[] Step, double[] Change)> pairs, double[] gradient, double scale, double[] direction)
    {
        TensorPrimitives.Negate(gradient, direction);
        var factors = new double[pairs.Count];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            var (step, change) = pairs[i];
            factors[i] = TensorPrimitives.Dot<double>(step, direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(change, -factors[i], direction, direction);
        }
        if (pairs.Count > 0)
        {
            var (step, change) = pairs[^1];
            scale = TensorPrimitives.Dot<double>(step, change) / TensorPrimitives.Dot<double>(change, change);
        }
        TensorPrimitives.Multiply(direction, scale, direction);
        for (int i = 0; i < pairs.Count; i++)
        {
            var (step, change) = pairs[i];
            double factor = TensorPrimitives.Dot<double>(change, direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(step, factors[i] - factor, direction, direction);
        }
    }

    private static void Remember(
        List<(double[] Step, double[] Change)> pairs, double[] change, double[] next, double[] gradient, double[] nextGradient)
    {
        double[] step = new double[change.Length], curvature = new double[change.Length];
        TensorPrimitives.Subtract(next, change, step);
        TensorPrimitives.Subtract(nextGradient, gradient, curvature);
        if (TensorPrimitives.Dot<double>(step, curvature) > LeastCurvature * Norm(step) * Norm(curvature))
            pairs.Add((step, curvature));
    }

    private static double Norm(double[] vector) => Math.Sqrt(TensorPrimitives.Dot<double>(vector, vector));
}
