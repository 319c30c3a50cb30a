// Mirrors Microsoft.ML.AutoML.ExperimentSettings (package and assembly Microsoft.ML.AutoML).
namespace Microsoft.ML.AutoML;

public abstract class ExperimentSettings
{
    public int MaxModels = int.MaxValue;

    public ExperimentSettings()
    {
    }

    public uint MaxExperimentTimeInSeconds { get; set; } = 24 * 60 * 60;

    public CancellationToken CancellationToken { get; set; }

    public double? MaximumMemoryUsageInMegaByte { get; set; }
}
