using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// What a model is made of: a network (<see cref="NetworkOptions"/>, whose derived record chooses the state-space core), or one of the
/// other kinds of models that the library has. The fitted model reports what was chosen where a value is left open.
/// </summary>
[JsonConverter(typeof(ArchitectureJsonConverter<ArchitectureOptions>))]
public abstract record ArchitectureOptions
{
    private protected ArchitectureOptions()
    {
    }

    /// <summary>What the library knows about this kind of model.</summary>
    internal ArchitectureDefinition Definition => ArchitectureDefinition.Of(this);

    /// <summary>Whether the model reads a sequence from its end too, all values being set.</summary>
    internal virtual bool ReadsBothWays => false;

    /// <summary>Throws unless this kind of model takes time intervals, and all that is set goes with them.</summary>
    internal virtual void RequireIntervals()
    {
        if (!Definition.TakesIntervals)
        {
            string others = string.Join(
                ", ", ArchitectureDefinition.All.Where(kind => kind.TakesIntervals).Select(kind => kind.OptionsType.Name));
            throw new ArgumentOutOfRangeException(
                "Architecture", GetType().Name,
                $"Time intervals scale the step size of each time step, and {GetType().Name} has none that may differ from step to step. "
                + $"Choose one of {others} as the Architecture, or leave IntervalColumnName null.");
        }
    }

    /// <summary>Throws unless this kind of model answers pairs of sequences.</summary>
    internal virtual void RequirePairs()
        => throw new ArgumentOutOfRangeException(
            "Architecture", GetType().Name,
            $"A pair of sequences is compared by what a network makes of each, and {GetType().Name} is no network. Choose a network as the "
            + "Architecture, or leave SecondFeatureColumnName null.");

    /// <summary>Throws an <see cref="ArgumentOutOfRangeException"/> that names the option when a value cannot work.</summary>
    internal abstract void Validate();
}
