using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>A tensor that a checkpoint of a model has, and the parameters that it holds.</summary>
/// <param name="Name">Its public name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Parts">The parameters, at their places in it. A value of the tensor may belong to none, see <see cref="Filler"/>.</param>
internal sealed record CheckpointEntry(string Name, int[] Shape, params CheckpointPart[] Parts)
{
    /// <summary>Another name under which some programs write it.</summary>
    public string? OtherName { get; init; }

    /// <summary>The tensor that stands for this one in a checkpoint without it, as programs do that tie two weights.</summary>
    public string? TiedTo { get; init; }

    /// <summary>
    /// The value that the parameters have where a checkpoint lacks the tensor; it is not written where they have it everywhere.
    /// <see langword="null"/> where the tensor must be there.
    /// </summary>
    public float? Otherwise { get; init; }

    /// <summary>Whether the tensor may have some more rows than the model: tables are padded to a round number of rows.</summary>
    public bool HasPaddedRows { get; init; }

    /// <summary>
    /// What remains to be done with the values of the tensor once all parts are read, in the order of the entries: a change of a parameter
    /// that has another tensor of its own. <see langword="null"/> where nothing remains.
    /// </summary>
    public CheckpointChange? Change { get; init; }

    /// <summary>Parameters that follow from the tensor being there, each with the value that it has everywhere.</summary>
    public IReadOnlyList<(Parameter Parameter, float Value)> Fixed { get; init; } = [];

    /// <summary>What is written for the values that belong to no parameter.</summary>
    public float Filler { get; init; }

    /// <summary>
    /// What to do where a value of the tensor is none that its parameters can have; <see langword="null"/> where all are.
    /// </summary>
    public string? Remedy { get; init; }

    /// <summary>A tensor that is the parameter, with its shape.</summary>
    public static CheckpointEntry Of(string name, Parameter parameter)
        => new(name, [.. parameter.Shape], CheckpointPart.At(0, parameter));

    /// <summary>A tensor that holds parameters one after the other.</summary>
    public static CheckpointEntry Of(string name, int[] shape, params Parameter[] parameters)
    {
        var parts = new CheckpointPart[parameters.Length];
        for (int i = 0, start = 0; i < parts.Length; start += parameters[i++].Length)
            parts[i] = CheckpointPart.At(start, parameters[i]);
        return new(name, shape, parts);
    }

    /// <summary>Values of the tensor.</summary>
    public int Length => Shape.Aggregate(1, (product, extent) => checked(product * extent));

    /// <summary>Whether a tensor of that shape can be this one.</summary>
    public bool Takes(int[] shape)
        => shape.AsSpan().SequenceEqual(Shape)
            || (HasPaddedRows && shape.Length == Shape.Length && shape.AsSpan(1).SequenceEqual(Shape.AsSpan(1))
                && shape[0] > Shape[0] && shape[0] - Shape[0] < MostPadding);

    // Programs round the tokens of a vocabulary up to a multiple of 8, 16, 64 or 128.
    private const int MostPadding = 256;
}
