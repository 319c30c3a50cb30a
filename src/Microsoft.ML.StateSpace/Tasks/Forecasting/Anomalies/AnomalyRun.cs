using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Scores the rows of one series after the other.</summary>
internal sealed class AnomalyRun(AnomalyModel model)
{
    /// <summary>Differences of so large a share of a value are within the rounding of Single, and count as none.</summary>
    public const double Rounding = 1.0 / (1 << 21);

    private readonly ForecastRun _run = new(model.Forecaster);
    private readonly float[] _row = new float[model.Forecaster.Shape.Width], _ahead = new float[model.Forecaster.Shape.AheadWidth];

    /// <summary>Alert, raw score and p-value of each target of the last row, (targets, 3).</summary>
    public double[] Answer { get; } = new double[model.Levels.Length * AnomalyModel.Parts];

    /// <summary>
    /// What is remembered of the errors of each target: its unit (<see cref="ErrorUnit"/>), and how many values in succession up to now had
    /// an alert and were not learned from, (targets, 3).
    /// </summary>
    public double[] Memory { get; } = new double[model.Levels.Length * MemorySize];

    /// <summary>What is remembered of the series.</summary>
    public ForecastState State => _run.State;

    private const int MemorySize = ErrorUnit.Size + 1;

    public void Reset()
    {
        State.Reset();
        Array.Clear(Memory);
    }

    /// <summary>Scores a row by the forecast that was made before it, then reads it.</summary>
    /// <param name="row">(Width); what is not finite is missing.</param>
    public void Score(ReadOnlySpan<float> row)
    {
        var shape = model.Forecaster.Shape;
        shape.CopyAhead(row, _ahead);
        _run.Forecast(_ahead);
        row.CopyTo(_row);
        for (int j = 0; j < shape.Targets; j++)
            Score(j, ref _row[j]);
        State.Observe(_row);
    }

    // Scores a value, and replaces it by its forecast where it is taken for a spike.
    private void Score(int target, ref float value)
    {
        var memory = Memory.AsSpan(target * MemorySize, MemorySize);
        var units = new ErrorUnit(memory[..ErrorUnit.Size]);
        var levels = model.Levels[target];
        ref double held = ref memory[ErrorUnit.Size];
        var answer = Answer.AsSpan(target * AnomalyModel.Parts, AnomalyModel.Parts);
        (answer[0], answer[1], answer[2]) = (0, double.NaN, double.NaN);
        float forecast = _run.Outputs[0][target];
        double error = (double)value - forecast;
        if (!double.IsFinite(error))
            return;
        if (Math.Abs(error) <= Rounding * Math.Abs(forecast))
            error = 0;
        double unit = units.Of(State.ScaleOf(target), levels.Typical);
        units.Add(error, unit);
        if (State.Rows < model.FirstRow)
            return;
        double p = PValue(levels, error / unit);
        bool alerts = p < model.Options.Level;
        (answer[0], answer[1], answer[2]) = (alerts ? 1 : 0, error / unit, p);
        if (!alerts)
            held = 0;
        else if (held < model.Options.LongestSpike)
        {
            held++;
            value = forecast;
        }
    }

    private double PValue(ErrorLevels levels, double error) => model.Options.Side switch
    {
        AlertSide.Positive => levels.Above(error),
        AlertSide.Negative => levels.Below(error),
        _ => levels.EitherWay(error),
    };
}
