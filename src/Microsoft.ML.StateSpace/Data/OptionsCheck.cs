namespace Microsoft.ML.StateSpace.Data;

/// <summary>Runs the options' own checks when fitting begins.</summary>
internal static class OptionsCheck
{
    public static void Validate(ArchitectureOptions? architecture, TrainingOptions training, string? intervalColumn)
    {
        ArgumentNullException.ThrowIfNull(training, "Training");
        architecture?.Validate();
        if (intervalColumn is not null)
            architecture?.RequireIntervals();
        training.Validate();
    }
}
