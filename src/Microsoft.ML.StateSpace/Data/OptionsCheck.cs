namespace Microsoft.ML.StateSpace.Data;

/// <summary>The options' own checks, made when fitting begins.</summary>
internal static class OptionsCheck
{
    public static void Validate(ArchitectureOptions? architecture, TrainingOptions training)
    {
        ArgumentNullException.ThrowIfNull(training);
        architecture?.Validate();
        training.Validate();
    }
}
