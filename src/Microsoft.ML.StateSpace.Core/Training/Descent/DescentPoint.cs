namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The accepted point of a descent: parameters, objective, gradient and residual, and the test that the next point must pass,
/// <c>J' &lt;= J - eta |theta' - theta|^2</c> with <c>eta = 1e-9 J_0 / |theta_0|^2</c>. No pole may come nearer to the unit circle than
/// 1e-4, or than the nearest one was at first.
/// </summary>
internal sealed class DescentPoint
{
    private const double Share = 1e-9, MostRadius = 0.9999;

    private readonly FullBatch _batch;
    private readonly double _share;

    /// <param name="batch">The objective.</param>
    /// <param name="initial">The initial parameters.</param>
    public DescentPoint(FullBatch batch, ReadOnlySpan<float> initial)
    {
        _batch = batch;
        Values = initial.ToArray();
        Gradient = new double[Values.Length];
        Evaluate();
        batch.MostRadius = Math.Max(MostRadius, batch.Radius);
        _share = Share * Objective / Math.Max(TrainedRange.SumOfSquares(batch.Trained, Values), double.Epsilon);
    }

    /// <summary>The parameters, all of them.</summary>
    public float[] Values { get; private set; }

    /// <summary>The gradient of the objective; 0 where a parameter is not trained.</summary>
    public double[] Gradient { get; private set; }

    /// <summary>J.</summary>
    public double Objective { get; private set; }

    /// <summary>The relative residual.</summary>
    public double Residual { get; private set; }

    /// <summary>Goes to parameters that a checkpoint has kept.</summary>
    public void Restore(ReadOnlySpan<float> values)
    {
        values.CopyTo(Values);
        Evaluate();
    }

    /// <summary>
    /// Assigns the parameters plus a multiple of a direction, rounded to 32 bits, and returns the square of what that changes.
    /// </summary>
    public double Candidate(double factor, ReadOnlySpan<double> direction, float[] candidate)
    {
        Values.CopyTo(candidate, 0);
        foreach (var range in _batch.Trained)
        {
            for (int i = range.Start.Value; i < range.End.Value; i++)
                candidate[i] = (float)(Values[i] + factor * direction[i]);
        }
        return SquaredStep(candidate);
    }

    /// <summary>The square of the distance to other parameters.</summary>
    public double SquaredStep(ReadOnlySpan<float> candidate)
    {
        double sum = 0;
        foreach (var range in _batch.Trained)
        {
            for (int i = range.Start.Value; i < range.End.Value; i++)
                sum += ((double)candidate[i] - Values[i]) * ((double)candidate[i] - Values[i]);
        }
        return sum;
    }

    /// <summary>Whether the objective has fallen by a share of the squared step.</summary>
    public bool Accepts(double objective, double squaredStep)
        => objective < Objective && objective <= Objective - _share * squaredStep;

    /// <summary>Goes on to another point. The arrays change places with those of this point, so nothing is copied.</summary>
    public DescentIteration MoveTo(
        ref float[] candidate, ref double[] gradient, Evaluated evaluated, double squaredStep, double penalty, int rejections)
    {
        (Values, candidate) = (candidate, Values);
        (Gradient, gradient) = (gradient, Gradient);
        (Objective, Residual) = (evaluated.Objective, evaluated.Residual);
        return new DescentIteration
        {
            Objective = Objective, Step = Math.Sqrt(squaredStep), Penalty = penalty, Rejections = rejections, Residual = Residual,
        };
    }

    private void Evaluate() => (Objective, Residual) = _batch.Gradient(Values, Gradient);
}
