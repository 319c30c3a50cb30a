using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>What a sweep varies: a model and how it is trained.</summary>
internal sealed record SequenceSettings(ArchitectureOptions Architecture, TrainingOptions Training)
{
    /// <summary>The architecture where it is a network.</summary>
    public NetworkOptions? Network => Architecture as NetworkOptions;

    /// <summary>The settings with another network; unchanged where the model is none.</summary>
    public SequenceSettings With(Func<NetworkOptions, NetworkOptions> change)
        => Network is { } network ? this with { Architecture = change(network) } : this;
}

/// <summary>
/// One parameter of a search space: its range, whether the user has set the option already, and how a value gets into the options. The
/// default of a range stands for the library's own choice. A trial that draws the default therefore leaves the option as it is.
/// </summary>
internal sealed record Knob(
    string Name, string Range, Func<OptionBase> Option, Func<SequenceSettings, bool> IsSet,
    Func<SequenceSettings, Parameter, SequenceSettings> Apply)
{
    public static Knob Choice<T>(
        string name, T[] choices, T usual, Func<SequenceSettings, bool> isSet, Func<SequenceSettings, T, SequenceSettings> apply)
        where T : notnull
        => new(
            name, $"{string.Join(", ", choices)}; default {usual}", () => new ChoiceOption([.. choices.Cast<object>()], usual), isSet,
            (s, p) => apply(s, p.AsType<T>()));

    public static Knob Number(
        string name, double low, double high, double usual, bool logarithmic, Func<SequenceSettings, bool> isSet,
        Func<SequenceSettings, double, SequenceSettings> apply)
        => new(
            name,
            FormattableString.Invariant($"{low:0.#####} to {high:0.#####}{(logarithmic ? ", logarithmic" : "")}; default {usual:0.#####}"),
            () => new UniformDoubleOption(low, high, logarithmic, usual), isSet, (s, p) => apply(s, p.AsType<double>()));

    /// <summary>
    /// Whether a value is the default of this parameter's own range. Tuners work in the unit cube, and a number may lose its last digits on
    /// the way there and back, so numbers are compared with a tolerance.
    /// </summary>
    public bool IsDefault(Parameter value)
    {
        var option = Option();
        var usual = option.SampleFromFeatureSpace(option.Default!);
        return option is UniformNumericOption
            ? Math.Abs(value.AsType<double>() - usual.AsType<double>()) <= 1e-9 * Math.Abs(usual.AsType<double>())
            : value.Equals(usual);
    }
}
