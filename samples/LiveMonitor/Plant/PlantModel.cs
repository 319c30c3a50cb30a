using LiveMonitor.Storage;
using Microsoft.ML;
using Microsoft.ML.StateSpace;

namespace LiveMonitor.Plant;

/// <summary>The model of all pumps: a forecaster of their temperatures, of what they were and of the load that is planned.</summary>
internal static class PlantModel
{
    /// <summary>Readings that are forecast.</summary>
    public const int Horizon = 24;

    /// <summary>Readings of each pump that it learns from.</summary>
    public const int TrainingReadings = 2000;

    /// <summary>Learns from readings before the first, and writes the file of the model, whole or not at all.</summary>
    public static void Fit(string file)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView table = mlContext.Data.LoadFromEnumerable(
            from pump in Pump.All
            from number in Enumerable.Range(1 - TrainingReadings, TrainingReadings)
            select new PlantRow
            {
                Pump = pump.Name, Temperature = (float)Sensors.Healthy(pump, number), Load = Schedule.KnownAhead(number),
            });
        var model = mlContext.Forecasting.ForecastByStateSpace(new ForecastingOptions
        {
            TargetColumnNames = [nameof(PlantRow.Temperature)],
            SeriesColumnName = nameof(PlantRow.Pump),
            KnownAheadColumnNames = [nameof(PlantRow.Load)],
            Horizon = Horizon,
            Season = 1,
            ConfidenceLevel = 0.99f,
        }).Fit(table);
        WholeFile.Write(file, path => mlContext.Model.Save(model, table.Schema, path));
    }
}
