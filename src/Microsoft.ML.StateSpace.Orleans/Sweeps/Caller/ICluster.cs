namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Where a sweep is trained.</summary>
internal interface ICluster
{
    /// <summary>Starts what is to be started; nothing where it runs.</summary>
    Task<IGrainFactory> Start(CancellationToken cancellation);

    /// <summary>Stops what was started.</summary>
    Task Stop();
}

/// <summary>A cluster that runs anyway.</summary>
internal sealed class GivenCluster(IGrainFactory grains) : ICluster
{
    public Task<IGrainFactory> Start(CancellationToken cancellation) => Task.FromResult(grains);

    public Task Stop() => Task.CompletedTask;
}
