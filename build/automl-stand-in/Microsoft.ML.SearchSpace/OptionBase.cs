// Mirrors Microsoft.ML.SearchSpace.Option.OptionBase (package Microsoft.ML.AutoML, assembly Microsoft.ML.SearchSpace): a map
// between values and the unit cube.
#nullable enable

namespace Microsoft.ML.SearchSpace.Option;

public abstract class OptionBase
{
    public abstract int FeatureSpaceDim { get; }

    public virtual double[]? Default { get; protected set; }

    public abstract int?[] Step { get; }

    public abstract double[] MappingToFeatureSpace(Parameter value);

    public abstract Parameter SampleFromFeatureSpace(double[] values);
}
