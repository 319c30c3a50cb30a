namespace Microsoft.ML.StateSpace;

/// <summary>Passes every report on to several: a display, TensorBoard and a log, for instance.</summary>
/// <param name="parts">
/// Who is told, in this order. Those that are an <see cref="IProgress{T}"/> of <see cref="TrainingEnd"/> as well are told of the end too.
/// They remain the caller's, who disposes what must be.
/// </param>
public sealed class CombinedProgress(params IProgress<TrainingProgress>[] parts)
    : IProgress<TrainingProgress>, IProgress<TrainingEnd>
{
    private readonly IProgress<TrainingProgress>[] _parts = [.. parts];

    /// <summary>Passes on what is known at the end of an epoch.</summary>
    /// <param name="value">The report.</param>
    public void Report(TrainingProgress value)
    {
        foreach (var part in _parts)
            part.Report(value);
    }

    /// <summary>Passes on how a training ended.</summary>
    /// <param name="value">The report.</param>
    public void Report(TrainingEnd value)
    {
        foreach (var part in _parts.OfType<IProgress<TrainingEnd>>())
            part.Report(value);
    }
}
