using System.Runtime.ExceptionServices;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>A sequence and the model's answer to it. The buffers are reused from row to row.</summary>
internal sealed class ScoredRow
{
    public float[] ValueBuffer = [];
    public int ValueCount;
    public float[] IntervalBuffer = [];
    public int IntervalCount;
    public float[] ScoreBuffer = [];
    public int ScoreCount;
    public long Position;

    /// <summary>Why the row has no answer. It is thrown where the answer is read.</summary>
    public ExceptionDispatchInfo? Failure;

    public ReadOnlySpan<float> Values => ValueBuffer.AsSpan(0, ValueCount);

    /// <summary>Empty if time steps are equally far apart.</summary>
    public ReadOnlySpan<float> Intervals => IntervalBuffer.AsSpan(0, IntervalCount);

    public ReadOnlySpan<float> Scores
    {
        get
        {
            Failure?.Throw();
            return ScoreBuffer.AsSpan(0, ScoreCount);
        }
    }
}
