using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Step sizes.</content>
internal sealed partial class Liv
{
    /// <summary>Whether the step sizes of a row are a softmax, and not a softplus.</summary>
    public bool HasShares { get; }

    // Delta = softplus(z) dt or softmax(z) dt, in place
    private void MakeSteps(in Pass pass, Span<float> steps)
    {
        if (HasShares)
            StepShares.Forward(steps, States);
        else
            Activations.Softplus(steps, steps);
        if (HasIntervals)
            IntervalSteps.Scale(pass.Intervals, steps);
    }

    private void MakeStepsBackward(in Pass pass, ReadOnlySpan<float> steps, Span<float> gradient)
    {
        if (HasShares)
            StepShares.Backward(HasIntervals ? pass.Intervals : default, steps, gradient, States);
        else if (HasIntervals)
            IntervalSteps.Backward(pass.Intervals, steps, gradient);
        else
            Activations.SoftplusBackward(steps, gradient);
    }
}
