// Mirrors Microsoft.ML.SearchSpace.Option.ChoiceOption (package Microsoft.ML.AutoML, assembly Microsoft.ML.SearchSpace): one of
// some values.
#nullable enable

namespace Microsoft.ML.SearchSpace.Option;

public sealed class ChoiceOption : OptionBase
{
    public ChoiceOption(params object[] choices)
    {
        Choices = [.. choices.Distinct().Select(Parameter.FromObject)];
        Default = [.. Enumerable.Repeat(0.0, FeatureSpaceDim)];
    }

    public ChoiceOption(object[] choices, object? defaultChoice)
        : this(choices)
    {
        if (defaultChoice is not null)
            Default = MappingToFeatureSpace(Parameter.FromObject(defaultChoice));
    }

    public Parameter[] Choices { get; }

    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    public override int?[] Step => [Choices.Length];

    // A value that is none of the choices becomes a negative coordinate: the original does not check it either.
    public override double[] MappingToFeatureSpace(Parameter param)
        => FeatureSpaceDim == 0 ? [] : [Array.IndexOf(Choices, param) / (double)Choices.Length];

    public override Parameter SampleFromFeatureSpace(double[] values)
        => values.Length == 0 ? Choices[0] : Choices[Math.Min(Choices.Length - 1, (int)MathF.Floor((float)(Choices.Length * values[0])))];
}
