using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Sweeps on a silo.</summary>
public static class SweepSiloExtensions
{
    /// <summary>
    /// Lets a silo train for sweeps. It also needs a grain storage of the name <see cref="SweepOptions.StorageName"/>. Call it on every
    /// silo, with the same sweeps.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="addSweeps">Sets the sweeps.</param>
    /// <param name="options">How the silo trains; <see langword="null"/> is the default.</param>
    /// <example>
    /// <code>
    /// builder.UseOrleans(silo => silo
    ///     .UseLocalhostClustering()
    ///     .AddMemoryGrainStorage(SweepOptions.StorageName)
    ///     .AddStateSpaceSweeps(sweeps => sweeps.Set("wafers", Experiment)));
    /// </code>
    /// </example>
    public static ISiloBuilder AddStateSpaceSweeps(
        this ISiloBuilder silo, Action<SweepExperiments> addSweeps, SweepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(addSweeps);
        var chosen = options ?? new();
        chosen.Validate();
        silo.Services.AddSingleton(chosen);
        silo.Services.AddSingleton(_ =>
        {
            var sweeps = new SweepExperiments();
            addSweeps(sweeps);
            return sweeps;
        });
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SweepWorkers>();
        return silo;
    }
}
