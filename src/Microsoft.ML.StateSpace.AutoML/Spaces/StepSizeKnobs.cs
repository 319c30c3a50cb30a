namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>The range of initial step sizes of the cores that discretise a continuous system. The two ranges do not meet, so the order is kept.</summary>
internal static class StepSizeKnobs
{
    public static IEnumerable<Knob> All =>
    [
        Knob.Number("StepSizeMinimum", 1e-4, 0.01, 1e-3, true, s => Of(s.Architecture).Minimum is not null, (s, v) => s with { Architecture = WithMinimum(s.Architecture, v) }),
        Knob.Number("StepSizeMaximum", 0.02, 1, 0.1, true, s => Of(s.Architecture).Maximum is not null, (s, v) => s with { Architecture = WithMaximum(s.Architecture, v) }),
    ];

    public static (double? Minimum, double? Maximum) Of(ArchitectureOptions architecture) => architecture switch
    {
        S5Options o => (o.StepSizeMinimum, o.StepSizeMaximum),
        S4DOptions o => (o.StepSizeMinimum, o.StepSizeMaximum),
        S4Options o => (o.StepSizeMinimum, o.StepSizeMaximum),
        S6Options o => (o.StepSizeMinimum, o.StepSizeMaximum),
        SsdOptions o => (o.StepSizeMinimum, o.StepSizeMaximum),
        LivOptions o => (o.StepSizeMinimum, o.StepSizeMaximum),
        _ => (null, null),
    };

    public static ArchitectureOptions WithMinimum(ArchitectureOptions architecture, double value) => architecture switch
    {
        S5Options o => o with { StepSizeMinimum = value },
        S4DOptions o => o with { StepSizeMinimum = value },
        S4Options o => o with { StepSizeMinimum = value },
        S6Options o => o with { StepSizeMinimum = value },
        SsdOptions o => o with { StepSizeMinimum = value },
        LivOptions o => o with { StepSizeMinimum = value },
        _ => architecture,
    };

    private static ArchitectureOptions WithMaximum(ArchitectureOptions architecture, double value) => architecture switch
    {
        S5Options o => o with { StepSizeMaximum = value },
        S4DOptions o => o with { StepSizeMaximum = value },
        S4Options o => o with { StepSizeMaximum = value },
        S6Options o => o with { StepSizeMaximum = value },
        SsdOptions o => o with { StepSizeMaximum = value },
        LivOptions o => o with { StepSizeMaximum = value },
        _ => architecture,
    };
}
