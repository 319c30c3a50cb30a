using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The memory in which forecasts of one series after the other are made.</summary>
internal sealed class ForecastRun(ForecastModel model)
{
    private readonly ForecastRecursion _recursion = new(model);

    public ForecastState State { get; } = model.CreateState();

    /// <summary>Forecasts, lower and upper bounds, (horizon, targets) each.</summary>
    public float[][] Outputs { get; } = [NewOutput(model), NewOutput(model), NewOutput(model)];

    /// <summary>Makes the forecasts after the last row that was observed.</summary>
    public void Forecast(ReadOnlySpan<float> ahead) => _recursion.Forecast(State, ahead, Outputs[0], Outputs[1], Outputs[2]);

    private static float[] NewOutput(ForecastModel model) => new float[model.HalfWidths.Length];
}
