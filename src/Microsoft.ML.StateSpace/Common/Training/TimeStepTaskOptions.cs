using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace;

/// <summary>The options of the tasks that answer every time step.</summary>
public abstract record TimeStepTaskOptions : SequenceTaskOptions
{
    private protected TimeStepTaskOptions()
    {
    }

    /// <summary>
    /// Number of time steps for which the first time step is held before every sequence, in training, scoring and streaming, so that the
    /// state begins near the steady state of the first input instead of at zero. It is for records that begin in the midst of operation; a
    /// few times the slowest time constant is enough. Held steps have no outputs, count nowhere in loss and metrics, and their intervals
    /// are 1; <see cref="TrainingOptions.Washout"/> counts from behind them. With <see cref="TrainingOptions.Window"/>, the windows that
    /// begin in the midst of a record still begin at zero. At most 1,000,000. Default: 0.
    /// </summary>
    public int WarmUp { get; init; }

    internal override int HeldSteps => WarmUp;

    internal override void Validate()
    {
        if (WarmUp is < 0 or > HeldStart.Longest)
            throw new ArgumentOutOfRangeException(
                nameof(WarmUp), WarmUp,
                $"WarmUp must be from 0 to {HeldStart.Longest}. Set it to a few times the slowest time constant of the process, in steps.");
        base.Validate();
    }
}
