namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// Makes of any combination one that works, always the same: ranges of one space do not clash, but what a user has set, or put into a space, may clash with what is
/// drawn beside it. Sizes give way upwards, lower ends of ranges to their upper ends.
/// </summary>
internal static class Repair
{
    public static ArchitectureOptions Apply(ArchitectureOptions architecture)
    {
        if (StepSizeKnobs.Of(architecture) is (double low, double high) && low > high)
            architecture = StepSizeKnobs.WithMinimum(architecture, high);
        return architecture switch
        {
            S5Options o => o with { StateSize = Multiple(o.StateSize, o.Blocks) },
            LruOptions o => o with { RadiusMinimum = Math.Min(o.RadiusMinimum, o.RadiusMaximum) },
            RgLruOptions o => o with { RadiusMinimum = Math.Min(o.RadiusMinimum, o.RadiusMaximum), ModelSize = Multiple(o.ModelSize, o.Heads) },
            SsdOptions o => o with { ModelSize = Multiple(o.ModelSize, o.HeadSize) },
            S4DOptions { SobolevExponent: not null } o => o with { Bidirectional = true },
            L2RuOptions o => Certified(o),
            _ => architecture,
        };
    }

    private static L2RuOptions Certified(L2RuOptions options)
    {
        options = options with { RadiusMinimum = Math.Min(options.RadiusMinimum, options.RadiusMaximum), Norm = null, Dropout = null, Bidirectional = null, Scaffold = null };
        if (options.Parametrization != L2RuParametrization.Square)
            return options;
        const int most = 64;
        return options with { ModelSize = options.ModelSize is int size ? Math.Min(size, most) : null, StateSize = null };
    }

    private static int? Multiple(int? size, int of) => size is int value && of > 0 ? (value + of - 1) / of * of : size;
}
