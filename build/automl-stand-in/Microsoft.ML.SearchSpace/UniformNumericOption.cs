// Mirrors the numeric options of Microsoft.ML.SearchSpace.Option (package Microsoft.ML.AutoML, assembly Microsoft.ML.SearchSpace):
// a range, even or logarithmic.
namespace Microsoft.ML.SearchSpace.Option;

public abstract class UniformNumericOption : OptionBase
{
    public UniformNumericOption(double min, double max, bool logBase = false)
    {
        Min = min;
        Max = max;
        LogBase = logBase;
        Default = [0];
    }

    public double Min { get; }

    public double Max { get; }

    public bool LogBase { get; }

    public override int FeatureSpaceDim => 1;

    public override int?[] Step => [null];

    public override double[] MappingToFeatureSpace(Parameter param) => [Coordinate(param.AsType<double>())];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromDouble(Value(values[0]));

    private protected double Coordinate(double x)
        => LogBase ? Coordinate(Math.Log(x), Math.Log(Min), Math.Log(Max)) : Coordinate(x, Min, Max);

    private protected double Value(double coordinate) => LogBase ? Min * Math.Pow(Max / Min, coordinate) : Min + (Max - Min) * coordinate;

    // This differs from (x - min) / (max - min) in the last digit. On that digit it depends which whole numbers come back from the unit
    // cube one smaller than they were, and the original has the same ones.
    private static double Coordinate(double x, double min, double max) => x / (max - min) - min / (max - min);
}

public sealed class UniformDoubleOption : UniformNumericOption
{
    public UniformDoubleOption(double min, double max, bool logBase = false, double? defaultValue = null)
        : base(min, max, logBase)
    {
        if (defaultValue is { } value)
            Default = [Coordinate(value)];
    }
}

public sealed class UniformSingleOption : UniformNumericOption
{
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null)
        : base(min, max, logBase)
    {
        if (defaultValue is { } value)
            Default = [Coordinate(value)];
    }

    public override double[] MappingToFeatureSpace(Parameter param) => [Coordinate(param.AsType<float>())];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromFloat((float)Value(values[0]));
}

public sealed class UniformIntOption : UniformNumericOption
{
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null)
        : base(min, max, logBase)
    {
        if (defaultValue is { } value)
            Default = [Coordinate(value)];
    }

    public override double[] MappingToFeatureSpace(Parameter param) => [Coordinate(param.AsType<int>())];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromInt(Convert.ToInt32(Math.Floor(Value(values[0]))));
}
