using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Sweeps of a cluster.</summary>
public static class SweepGrainExtensions
{
    /// <summary>
    /// Forgets a sweep: its journal, its checkpoints and its best model in the storage of the cluster. A sweep of the name then begins anew.
    /// </summary>
    /// <param name="grains">The cluster's client, or the grain factory of a silo.</param>
    /// <param name="name">The name of the sweep.</param>
    /// <exception cref="InvalidOperationException">The sweep is being run.</exception>
    public static async Task ForgetSweep(this IGrainFactory grains, string name)
    {
        ArgumentNullException.ThrowIfNull(grains);
        SweepNames.Require(name);
        var grain = grains.GetGrain<ISweepGrain>(name);
        var journal = new JournalRecords($"of the sweep {name}");
        var chain = new JournalChain();
        foreach (string line in await grain.GetLines())
            journal.Read(journal.Lines.Count + 1, chain.Open(line), line);
        if (await grain.Forget() is { } refusal)
            throw new InvalidOperationException(refusal);
        foreach (int configuration in journal.Trials.Select(trial => trial.Configuration).Distinct())
            await SweepShelf.OfCheckpoints(grains, name, configuration).DeleteAll();
        await SweepShelf.OfModels(grains, name).DeleteAll();
    }
}
