using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Keeps the parameters of the epoch with the lowest validation loss, and which epoch that was. Without validation, the last epoch counts
/// as the best.
/// </summary>
internal sealed class BestModel(ParameterSet initial)
{
    public ParameterSet Parameters { get; } = initial.Clone();

    public int Epoch { get; private set; }

    public double? Loss { get; private set; }

    public double? Metric { get; private set; }

    /// <summary>Whether validation has found a best epoch, and its loss and parameters are finite.</summary>
    public bool IsSound => Epoch > 0 && Loss is double loss && double.IsFinite(loss) && FiniteModel.Fault(Parameters) is null;

    /// <summary>Throws where a parameter is not a finite number: such a model is not handed out.</summary>
    public void RequireFinite(int step, double learningRate)
    {
        if (FiniteModel.Fault(Parameters) is not null)
            throw new TrainingDivergedException(step, Loss ?? double.NaN, learningRate);
    }

    /// <summary>Copies the best epoch so far into <paramref name="state"/>.</summary>
    public void Save(TrainingState state)
    {
        Parameters.Values.CopyTo(state.Best.Values);
        (state.BestEpoch, state.BestLoss, state.BestMetric) = (Epoch, Loss, Metric);
    }

    /// <summary>Continues from a state that <see cref="Save"/> filled.</summary>
    public void Load(TrainingState state)
    {
        state.Best.Values.CopyTo(Parameters.Values);
        (Epoch, Loss, Metric) = (state.BestEpoch, state.BestLoss, state.BestMetric);
    }

    /// <summary>
    /// Considers an epoch, and returns whether it is the best so far. Any epoch is better than one whose loss was not a number.
    /// </summary>
    public bool Offer(ISequenceEngine engine, int epoch, double? loss, double? metric)
    {
        if (!IsBetter(loss))
            return false;
        engine.Export(Parameters);
        (Epoch, Loss, Metric) = (epoch, loss, metric);
        return true;
    }

    /// <summary>The same, where the parameters of the epoch are at hand.</summary>
    public bool Offer(ReadOnlySpan<float> values, int epoch, double? loss, double? metric)
    {
        if (!IsBetter(loss))
            return false;
        values.CopyTo(Parameters.Values);
        (Epoch, Loss, Metric) = (epoch, loss, metric);
        return true;
    }

    private bool IsBetter(double? loss) => loss is null || Epoch == 0 || loss < Loss || double.IsNaN(Loss ?? 0);
}
