namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The working memory of steps. It is larger than a state, and is needed while a step runs alone: so it belongs to the thread, and a stream
/// is little more than its state.
/// </summary>
internal static class StepScratch
{
    [ThreadStatic]
    private static float[]? _memory;

    /// <summary>Memory of at least so many floats, until this thread asks again.</summary>
    public static float[] Of(long size)
    {
        if (_memory is null || _memory.Length < size)
            _memory = new float[size];
        return _memory;
    }
}
