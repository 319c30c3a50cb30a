using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>A parameter that a tensor of a checkpoint holds, alone or beside others.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Place">
/// Where each of its values stands among those of the tensor; <see cref="Nowhere"/> for one that the checkpoint does not have, which is
/// read as 0; <see cref="Elsewhere"/> for one that stands in another tensor.
/// </param>
/// <param name="Decode">What makes a value of the parameter of that of the tensor; <see langword="null"/> where they are equal.</param>
/// <param name="Encode">The inverse of <paramref name="Decode"/>.</param>
internal sealed record CheckpointPart(
    Parameter Parameter, Func<int, int> Place, Func<double, double>? Decode = null, Func<double, double>? Encode = null)
{
    public const int Nowhere = -1, Elsewhere = -2;

    /// <summary>
    /// What stands in the tensor for a value of the parameter, by its number, where that depends on other parameters as well;
    /// <see langword="null"/> where it does not.
    /// </summary>
    public Func<ParameterSet, int, double>? Written { get; init; }

    /// <summary>The values lie side by side in the tensor, from <paramref name="start"/> on.</summary>
    public static CheckpointPart At(
        int start, Parameter parameter, Func<double, double>? decode = null, Func<double, double>? encode = null)
        => new(parameter, i => start + i, decode, encode);

    /// <summary>The tensor holds the transpose of the parameter, a matrix.</summary>
    public static CheckpointPart Transposed(Parameter matrix)
    {
        int rows = matrix.Shape[0], columns = matrix.Shape[1];
        return new(matrix, i => i % columns * rows + i / columns);
    }

    /// <summary>Sets the parameter to what the tensor holds.</summary>
    /// <returns>Whether all values are finite numbers.</returns>
    public bool Read(ReadOnlySpan<float> tensor, Span<float> parameters)
    {
        var values = Parameter.Of(parameters);
        bool isFinite = true;
        for (int i = 0; i < values.Length; i++)
        {
            int place = Place(i);
            if (place == Elsewhere)
                continue;
            float value = place == Nowhere ? 0 : tensor[place];
            values[i] = place == Nowhere || Decode is null ? value : (float)Decode(value);
            isFinite &= float.IsFinite(values[i]);
        }
        return isFinite;
    }

    /// <summary>Puts the parameter where it stands in the tensor.</summary>
    public void Write(ParameterSet parameters, Span<float> tensor)
    {
        var values = Parameter.Of(parameters.Values);
        for (int i = 0; i < values.Length; i++)
        {
            if (Place(i) is >= 0 and var place)
                tensor[place] = Written is not null ? (float)Written(parameters, i) : Encode is null ? values[i] : (float)Encode(values[i]);
        }
    }
}
