using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The core of a layer of a trained model, with all that it computes from.</summary>
internal sealed class TrainedCore
{
    private readonly float[] _values;
    private readonly float[] _prepared;

    public SequenceNetwork Network { get; }

    public NetworkOptions Architecture => Network.Architecture;

    public Layer Layer { get; }

    public Weights Weights => new(_values, _prepared);

    /// <summary>The trained factor behind the core; 1 where there is none.</summary>
    public double Gain { get; }

    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="NotSupportedException">The model is no network, or its steps have intervals.</exception>
    public TrainedCore(TrainedModel model, int layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        Network = NetworkOf.Create(model, "The recurrence of a layer");
        if (model.Options.HasIntervals)
            throw new NotSupportedException(
                "The recurrence of a model that was trained with an IntervalColumnName changes with the time between steps, "
                + "so it has no frequency response.");
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Network.Cores.Count);
        Layer = Network.Cores[layer];
        (_values, _prepared) = (model.Parameters.Clone().Values.ToArray(), new float[Network.Layout.PreparedLength]);
        Network.Prepare(Weights);
        FiniteModel.Require(model.Parameters, _prepared);
        Gain = Network.CoreGain(layer, _values);
    }

    /// <summary>Refuses a model that reads both ways.</summary>
    public void RequireCausal()
    {
        if (Architecture.Bidirectional == true)
            throw new NotSupportedException(
                "A bidirectional recurrence is no causal system: its outputs depend on later inputs. "
                + "Train the model with Architecture.Bidirectional = false.");
    }

    /// <summary>Matrices of zeros with the sizes of a system: A, B, C and D.</summary>
    public static (Matrix A, Matrix B, Matrix C, Matrix D) Zeros(int order, int inputs, int outputs)
        => (new(order, order), new(order, inputs), new(outputs, order), new(outputs, inputs));
}
