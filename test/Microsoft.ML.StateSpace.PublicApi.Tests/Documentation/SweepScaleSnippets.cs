using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.Grains;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>
/// The blocks of C# about sweeps in docs/scale.md. A test of Core holds that every block stands here, word for word. They are compiled
/// only: the tests of the package run them, with small data.
/// </summary>
internal static class SweepScaleSnippets
{
    internal static TrialResult InTheProcess(MLContext mlContext)
    {
        TrialResult best = Experiment(mlContext).SetDistributedSweep(new() { Folder = "sweep" }, new() { Workers = 4 }).Run();
        return best;
    }

    internal static void OnASilo(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(SweepOptions.StorageName) // a database, in a cluster that is to outlive its silos
            .AddStateSpaceSweeps(sweeps => sweeps.Set("wafers", Experiment));
    }

    internal static TrialResult OnACluster(MLContext mlContext, IGrainFactory grains)
    {
        TrialResult best = Experiment(mlContext).SetDistributedSweep("wafers", grains, new() { Folder = "sweep" }).Run();
        return best;
    }

    private static AutoMLExperiment Experiment(MLContext mlContext) => mlContext.Auto().CreateExperiment();
}
