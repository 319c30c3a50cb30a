namespace Microsoft.ML.StateSpace.Models;

/// <summary>Memory in which <see cref="SequenceStreams"/> makes the steps of some streams, as rows of one pass.</summary>
/// <param name="model">The model.</param>
/// <param name="streams">The most streams of a step.</param>
internal sealed class StreamBlock(SequenceModel model, int streams)
{
    /// <summary>Which row of the step each row of the pass is.</summary>
    public int[] Rows { get; } = new int[streams];

    /// <summary>Which stream makes it.</summary>
    public int[] Places { get; } = new int[streams];

    /// <summary>Steps that it made before.</summary>
    public long[] Before { get; } = new long[streams];

    /// <summary>The time since the step before.</summary>
    public float[] Intervals { get; } = new float[streams];

    /// <summary>(streams, inputs).</summary>
    public float[] Input { get; } = new float[checked(streams * model.Options.Inputs)];

    /// <summary>(streams, outputs).</summary>
    public float[] Output { get; } = new float[checked(streams * model.Options.Outputs)];

    /// <summary>A row a sequence.</summary>
    public int[] Starts { get; } = [.. Enumerable.Range(0, streams + 1)];

    /// <summary>Floats of working memory that the model needs.</summary>
    public long ScratchSize { get; } = model.StepEachScratchSize(streams);

    /// <summary>Puts a stream into a row of the pass.</summary>
    public void Put(int place, int row, int stream, long before, float interval, ReadOnlySpan<float> input)
    {
        (Rows[place], Places[place], Before[place], Intervals[place]) = (row, stream, before, interval);
        input.CopyTo(Input.AsSpan(place * input.Length));
    }
}
