using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A series as a forecaster learns from it: the features of its rows, and three stretches of time. A pair of a row and a horizon step
/// belongs to the stretch in which its target lies, so what was seen before a stretch leads into it, and each step has as many targets.
/// </summary>
internal sealed class ForecastRecord
{
    /// <summary>Stretches: one to fit alone, and two that are held out, the second of which follows all others.</summary>
    public const int Stretches = 3;

    /// <summary>The end of each stretch as a share of a series.</summary>
    public static readonly double[] Ends = [0.6, 0.8, 1];

    /// <summary>Rows at the start of a series whose scale is a smaller share of that of the whole series teach nothing.</summary>
    private const double LeastScale = 0.05;

    private readonly ForecastShape _shape;
    private readonly ForecastSteps _steps;
    private readonly double[] _features, _kept, _scales, _times;
    private readonly bool[] _usable, _known;

    /// <param name="model">The features; its weights are not looked at.</param>
    /// <param name="rows">(T, Width), whose last row has a target.</param>
    public ForecastRecord(ForecastModel model, float[] rows)
    {
        var shape = _shape = model.Shape;
        _steps = model.Steps;
        var state = model.CreateState();
        Rows = rows.Length / shape.Width;
        _features = new double[(long)Rows * shape.RowFeatures];
        _kept = new double[(long)Rows * shape.Kept];
        _scales = new double[(long)Rows * shape.Targets];
        _times = new double[Rows];
        (_usable, _known) = (new bool[Rows], new bool[Rows]);
        for (int t = 0; t < Rows; t++)
        {
            var row = rows.AsSpan(t * shape.Width, shape.Width);
            state.Observe(row);
            _times[t] = t == 0 ? 0 : _times[t - 1] + (shape.IsIrregular ? state.Interval(row[^1]) : 1);
            _known[t] = AllFinite(row[..shape.Targets]);
            state.KeptRow(_kept.AsSpan(t * shape.Kept, shape.Kept));
            _usable[t] = state.IsStarted && (shape.Season == 0 || t >= shape.Season);
            if (!state.IsStarted)
                continue;
            state.WriteFeatures(_features.AsSpan(t * shape.RowFeatures, shape.RowFeatures));
            for (int j = 0; j < shape.Targets; j++)
                _scales[t * shape.Targets + j] = state.ScaleOf(j);
        }
        for (int t = 0; t < Rows; t++)
        {
            for (int j = 0; j < shape.Targets; j++)
                _usable[t] &= _scales[t * shape.Targets + j] >= LeastScale * _scales[(Rows - 1) * shape.Targets + j];
        }
    }

    public int Rows { get; }

    /// <summary>Whether a row teaches anything.</summary>
    public bool IsUsable(int row) => row >= 0 && row < Rows && _usable[row];

    /// <summary>Whether all targets of a row have a value.</summary>
    public bool IsKnown(int row) => _known[row];

    /// <summary>The first row of a stretch; that of the one behind the last is the number of rows.</summary>
    public int StartOf(int stretch) => stretch == 0 ? 0 : (int)(Rows * Ends[stretch - 1]);

    /// <summary>The features of a row, (RowFeatures).</summary>
    public ReadOnlySpan<double> Features(int row) => _features.AsSpan(row * _shape.RowFeatures, _shape.RowFeatures);

    /// <summary>The running scale of a target at a row.</summary>
    public double ScaleOf(int row, int target) => _scales[row * _shape.Targets + target];

    /// <summary>Writes the features of a horizon step of a row, (StepFeatures), and behind them what is to be found, (Targets).</summary>
    public void WriteStep(int row, int step, Span<double> features)
    {
        int targets = _shape.Targets;
        var last = Kept(row)[..targets];
        var scale = _scales.AsSpan(row * targets, targets);
        var coming = Kept(row + step);
        int ago = _shape.Season > 0 ? row + step - _shape.SeasonsBack(step) : 0;
        _steps.Write(Features(row), coming[targets..], _shape.Season > 0 ? Kept(ago) : [], last, scale,
            (_times[row + step] - _times[row]) / step, features);
        for (int j = 0; j < targets; j++)
            features[_shape.StepFeatures + j] = (coming[j] - last[j]) / scale[j];
    }

    private ReadOnlySpan<double> Kept(int row) => _kept.AsSpan(row * _shape.Kept, _shape.Kept);

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }
        return true;
    }
}
