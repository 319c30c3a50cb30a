namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// Calls grains again where a call fails or is not answered: silos come and go, and what they held comes up on others. All calls that are
/// made so may be made twice.
/// </summary>
internal sealed class Patience(TimeSpan most)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>For those who can do nothing without the cluster but wait.</summary>
    public static Patience Endless { get; } = new(Timeout.InfiniteTimeSpan);

    /// <summary>For what is good to say, and no harm where nobody hears it.</summary>
    public static Patience Short { get; } = new(TimeSpan.FromSeconds(2));

    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidOperationException">No call was answered for too long.</exception>
    public async Task<T> Call<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await call().WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                if (most != Timeout.InfiniteTimeSpan && TimeProvider.System.GetElapsedTime(began) > most)
                {
                    throw new InvalidOperationException(
                        $"The cluster has not answered for {most.TotalSeconds:0} seconds: {e.Message} Every silo needs AddStateSpaceSweeps "
                        + $"and a grain storage of the name {SweepOptions.StorageName}.", e);
                }
            }
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    public Task Call(Func<Task> call, CancellationToken cancellation)
        => Call(
            async () =>
            {
                await call().ConfigureAwait(false);
                return true;
            },
            cancellation);
}
