using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The coordinates in which a step of <see cref="LevenbergMarquardt"/> is taken: the trained parameters, but in the place of those that
/// poles and input matrices of LRU and S5 are made of stand these themselves, as they are prepared: Re lambda, Im lambda, and B. In the
/// logarithms of magnitude and phase no step leads a phase through zero, and the answers are more curved. Regularization speaks of the
/// parameters, so with it these are the coordinates. Source: steps in the poles of a system are usual in identification; to map them back
/// is ours.
/// </summary>
internal sealed class StepCoordinates
{
    private const double Rounding = 1e-6; // rounded to 32 bits a pole may lie outside of its radius by less than this
    private const double LeastRadius = 1e-12; // a pole of magnitude zero has no parameters

    private readonly FullBatch _batch;
    private readonly DiagonalCore[] _cores;
    private readonly IReadOnlyList<Range> _plain;
    private readonly float[][] _prepared; // of each core at the point: its poles (2, N), and its input matrix (2N, H)
    private readonly PointPass? _pass; // where there are such cores

    public StepCoordinates(FullBatch batch)
    {
        _batch = batch;
        _cores = [.. batch.Model.Cores.OfType<DiagonalCore>().Where(core => batch.Regularization == 0 && core.HasClosedStep
            && core.ControlParameters.All(parameter => parameter.Group != ParameterGroup.Fixed))];
        HashSet<Parameter> taken = [.. _cores.SelectMany(core => core.ControlParameters)];
        _plain = TrainedRange.Of(batch.Parameters.Parameters.Where(parameter => !taken.Contains(parameter)));
        _prepared = [.. _cores.Select(core => new float[2 * core.States * (1 + core.InputSize)])];
        Count = TrainedRange.Count(_plain) + _prepared.Sum(values => values.Length);
        _pass = _cores.Length > 0 ? new PointPass(batch, []) : null;
    }

    /// <summary>Number of coordinates.</summary>
    public int Count { get; }

    /// <summary>
    /// Makes the accepted point the one that steps start from, and assigns the gradient of the objective.
    /// </summary>
    /// <param name="point">The accepted point.</param>
    /// <param name="gradient">(<see cref="Count"/>).</param>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public void Start(DescentPoint point, Span<double> gradient)
    {
        ReadOnlySpan<double> prepared = _pass is null ? [] : _pass.Run(point).Gradient;
        _batch.Set(point.Values);
        int at = TakePlain<double>(point.Gradient, gradient);
        for (int i = 0; i < _cores.Length; i++)
        {
            var core = _cores[i];
            Join(core.PolesOf(prepared), core.InputMatrixOf(prepared), gradient[at..]);
            Join(core.PolesOf(_batch.Weights.Prepared), core.InputMatrixOf(_batch.Weights.Prepared), _prepared[i]);
            at += _prepared[i].Length;
        }
    }

    /// <summary>Says that the last trial was accepted, so that its backward pass is that of the next start.</summary>
    public void Accept() => _pass?.Accept();

    /// <summary>
    /// Turns the gradient of prepared values, behind a backward pass at the point, into that of the coordinates.
    /// </summary>
    /// <param name="memory">The gradients of parameters and prepared values; those of parameters are completed.</param>
    /// <param name="row">(<see cref="Count"/>), assigned.</param>
    public void Read(float[] memory, Span<float> row)
    {
        ReadOnlySpan<float> prepared = memory.AsSpan(_batch.Parameters.Values.Length);
        int at = TrainedRange.Count(_plain);
        for (int i = 0; i < _cores.Length; i++)
        {
            Join(_cores[i].PolesOf(prepared), _cores[i].InputMatrixOf(prepared), row[at..]);
            at += _prepared[i].Length;
        }
        _batch.PrepareBackward(memory);
        TakePlain<float>(memory, row);
    }

    /// <summary>
    /// Assigns the parameters behind a step, rounded to 32 bits, and returns the square of what that changes. A pole that would leave the
    /// largest radius that is allowed is set back to it, towards zero.
    /// </summary>
    /// <param name="point">The point that <see cref="Start"/> was told.</param>
    /// <param name="direction">(<see cref="Count"/>).</param>
    /// <param name="candidate">All parameters.</param>
    public double Candidate(DescentPoint point, ReadOnlySpan<double> direction, float[] candidate)
    {
        point.Values.CopyTo(candidate, 0);
        int at = 0;
        foreach (var range in _plain)
        {
            for (int i = range.Start.Value; i < range.End.Value; i++)
                candidate[i] = (float)(candidate[i] + direction[at++]);
        }
        for (int i = 0; i < _cores.Length; i++)
        {
            Move(_cores[i], _prepared[i], direction.Slice(at, _prepared[i].Length), candidate);
            at += _prepared[i].Length;
        }
        return point.SquaredStep(candidate);
    }

    private void Move(DiagonalCore core, float[] prepared, ReadOnlySpan<double> direction, float[] candidate)
    {
        int states = core.States, size = core.InputSize;
        var inputs = new Complex[size];
        for (int n = 0; n < states; n++)
        {
            var pole = Moved(prepared, direction, n, states + n);
            double radius = Math.Min(core.LargestRadiusOf(candidate, n), _batch.MostRadius - Rounding), magnitude = pole.Magnitude;
            if (magnitude > radius)
                pole *= radius / magnitude;
            if (magnitude < LeastRadius)
                pole = LeastRadius;
            if (!core.CanMoveTo(pole))
                continue;
            for (int h = 0; h < size; h++)
                inputs[h] = Moved(prepared, direction, 2 * states + n * size + h, 2 * states + (states + n) * size + h);
            core.MoveState(candidate, n, pole, inputs);
        }
    }

    private static Complex Moved(float[] values, ReadOnlySpan<double> direction, int real, int imaginary)
        => new(values[real] + direction[real], values[imaginary] + direction[imaginary]);

    private int TakePlain<T>(ReadOnlySpan<T> values, Span<T> row)
    {
        int at = 0;
        foreach (var range in _plain)
        {
            var part = values[range];
            part.CopyTo(row[at..]);
            at += part.Length;
        }
        return at;
    }

    private static void Join<T>(ReadOnlySpan<T> poles, ReadOnlySpan<T> inputs, Span<T> row)
    {
        poles.CopyTo(row);
        inputs.CopyTo(row[poles.Length..]);
    }
}
