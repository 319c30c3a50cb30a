namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>All parameters of a model: one flat buffer of values and the named views into it.</summary>
public sealed class ParameterSet
{
    private readonly float[] _values;
    private readonly Dictionary<string, Parameter> _byName;

    /// <summary>Makes a set of zeros with the given views.</summary>
    /// <param name="parameters">The views; each begins where the one before it ends.</param>
    /// <exception cref="ArgumentException">A view does not begin where the one before it ends.</exception>
    public ParameterSet(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        int offset = 0;
        foreach (var parameter in parameters)
        {
            if (parameter.Offset != offset)
                throw new ArgumentException(
                    $"Parameter '{parameter.Name}' must start at {offset}, where the one before it ends, but starts at {parameter.Offset}.",
                    nameof(parameters));
            offset += parameter.Length;
        }
        Parameters = parameters;
        _values = new float[offset];
        _byName = parameters.ToDictionary(p => p.Name);
    }

    /// <summary>The views, in the order of the buffer.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The flat buffer.</summary>
    public Span<float> Values => _values;

    /// <summary>The values of one parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name.</exception>
    public Span<float> this[string name] => _byName[name].Of(_values.AsSpan());

    /// <summary>The view of that name, or <see langword="null"/> where there is none.</summary>
    public Parameter? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A copy with values of its own.</summary>
    public ParameterSet Clone()
    {
        var copy = new ParameterSet(Parameters);
        _values.CopyTo(copy._values, 0);
        return copy;
    }
}
