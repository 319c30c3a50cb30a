using System.Runtime.ExceptionServices;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>A sequence and the model's answer to it. The buffers are reused from row to row.</summary>
internal sealed class ScoredRow
{
    public float[] ValueBuffer = [];
    public int ValueCount;
    public float[] SecondBuffer = [];
    public int SecondCount;
    public float[] IntervalBuffer = [];
    public int IntervalCount;
    public float[] MeasuredBuffer = [];
    public int MeasuredCount;
    public float[] ScoreBuffer = [];
    public int ScoreCount;
    public long Position;

    /// <summary>Why the row has no answer. It is thrown where the answer is read.</summary>
    public ExceptionDispatchInfo? Failure;

    public ReadOnlySpan<float> Values => ValueBuffer.AsSpan(0, ValueCount);

    /// <summary>The second sequence of a pair; empty where rows hold single sequences.</summary>
    public ReadOnlySpan<float> Second => SecondBuffer.AsSpan(0, SecondCount);

    /// <summary>Empty if time steps are equally far apart.</summary>
    public ReadOnlySpan<float> Intervals => IntervalBuffer.AsSpan(0, IntervalCount);

    /// <summary>The measured outputs, where the model is told the first of them.</summary>
    public ReadOnlySpan<float> Measured => MeasuredBuffer.AsSpan(0, MeasuredCount);

    public ReadOnlySpan<float> Scores
    {
        get
        {
            Failure?.Throw();
            return ScoreBuffer.AsSpan(0, ScoreCount);
        }
    }
}
