namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// What an engine holds between two steps: the parameter values and the two moments of AdamW, flat and in the order of the parameters; or
/// the values and what a method of descent keeps.
/// </summary>
internal sealed class EngineState(int length)
{
    public float[] Values { get; } = new float[length];

    public float[] First { get; } = new float[length];

    public float[] Second { get; } = new float[length];

    /// <summary>What a method of descent keeps from one iteration to the next, of any length; <see langword="null"/> with AdamW.</summary>
    public double[]? Method { get; set; }

    /// <summary>Optimiser steps made.</summary>
    public int Steps { get; set; }
}
