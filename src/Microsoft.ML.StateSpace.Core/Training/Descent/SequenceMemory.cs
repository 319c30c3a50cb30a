using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What one thread needs to pass one sequence after the other through a network: a batch of one, its activations, its gradient.
/// </summary>
internal sealed class SequenceMemory(SequenceNetwork model, SequenceSet data, TrainingOptions options, ArenaUse use = ArenaUse.Train)
{
    /// <summary>The sequence that was filled in last, alone in its batch.</summary>
    public SequenceBatch Batch { get; } = new(data.Features, data.Targets, data.HasIntervals);

    /// <summary>Its activations.</summary>
    public Workspace Workspace { get; } = new(model) { Cancellation = options.Cancellation };

    /// <summary>Its gradient: parameters before prepared values.</summary>
    public float[] Gradient { get; } = new float[model.Layout.Length + model.Layout.GradedLength];

    /// <summary>Takes a sequence; targets within the washout are made unknown.</summary>
    /// <param name="sequence">Its place.</param>
    /// <param name="values">The parameters, by which inputs and targets are standardised.</param>
    public void Take(int sequence, ReadOnlySpan<float> values)
    {
        Batch.Fill(data, [sequence], options.Washout);
        Workspace.Pack(values, Batch, 0, 1, use);
    }

    /// <summary>Takes the first time steps of a sequence, without its targets; a pair, which has one answer, as a whole.</summary>
    /// <param name="sequence">Its place.</param>
    /// <param name="rows">How many time steps.</param>
    /// <param name="values">The parameters, by which inputs are standardised.</param>
    public void TakeStart(int sequence, int rows, ReadOnlySpan<float> values)
    {
        if (data.HasPairs)
        {
            Take(sequence, values);
            return;
        }
        Batch.Reset([rows]);
        data.Values(sequence)[..(rows * data.Features)].CopyTo(Batch.Values);
        if (data.HasIntervals)
            data.Intervals(sequence)[..rows].CopyTo(Batch.Intervals);
        Workspace.Pack(values, Batch, 0, 1, use);
    }

    /// <summary>The parts of <see cref="Gradient"/>.</summary>
    /// <param name="values">Number of parameters.</param>
    public Gradients Gradients(int values) => new(Gradient.AsSpan(0, values), Gradient.AsSpan(values));
}
