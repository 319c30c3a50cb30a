using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Refuses models whose parameters, or what is computed from them, are not finite numbers: whatever they are asked, they answer NaN.
/// </summary>
internal static class FiniteModel
{
    /// <summary>The first parameter that holds NaN or an infinity; <see langword="null"/> where none does.</summary>
    public static Parameter? Fault(ParameterSet parameters)
        => parameters.Parameters.FirstOrDefault(parameter => !Reductions.IsFinite(parameter.Of(parameters.Values)));

    /// <summary>Requires that a model which is to be used can answer.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="prepared">The values prepared from them.</param>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    public static void Require(ParameterSet parameters, ReadOnlySpan<float> prepared)
    {
        if (Fault(parameters) is { } parameter)
        {
            throw new InvalidOperationException(
                $"The model cannot answer: all values of its parameter '{parameter.Name}' must be finite, and one is NaN or infinite. "
                + "Train the model once more, at a lower TrainingOptions.LearningRate.");
        }
        if (!Reductions.IsFinite(prepared))
        {
            throw new InvalidOperationException(
                "The model cannot answer: its poles, step sizes and matrices must be finite, but its parameters are so large that one is "
                + "NaN or infinite. Train the model once more, at a lower TrainingOptions.LearningRate.");
        }
    }

    /// <summary>Requires that initial parameters are finite.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void RequireInitial(ParameterSet parameters)
    {
        if (Fault(parameters) is { } parameter)
        {
            throw new ArgumentException(
                $"The initial values of parameter '{parameter.Name}' must be finite, and one is NaN or infinite. They follow from the "
                + "options of the architecture: choose a StepSizeMaximum, FrequencyScale or size of an ordinary magnitude.");
        }
    }
}
