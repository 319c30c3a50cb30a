namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Sweeps of a cluster.</summary>
public static class SweepGrainExtensions
{
    /// <summary>
    /// Forgets a sweep: its journal, its checkpoints and its best model in the storage of the cluster. A sweep of the name then begins
    /// anew.
    /// </summary>
    /// <param name="grains">The cluster's client, or the grain factory of a silo.</param>
    /// <param name="name">The name of the sweep.</param>
    /// <exception cref="InvalidOperationException">The sweep is being run.</exception>
    public static async Task ForgetSweep(this IGrainFactory grains, string name)
    {
        ArgumentNullException.ThrowIfNull(grains);
        SweepNames.Require(name);
        var (refusal, configurations) = await grains.GetGrain<ISweepGrain>(name).Forget();
        if (refusal is not null)
            throw new InvalidOperationException(refusal);
        for (int configuration = 0; configuration < configurations; configuration++)
            await SweepShelf.OfCheckpoints(grains, name, configuration).DeleteAll();
        await SweepShelf.OfModels(grains, name).DeleteAll();
    }
}
