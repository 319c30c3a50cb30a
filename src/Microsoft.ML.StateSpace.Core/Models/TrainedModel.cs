using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>A model ready to score: what it is, its parameters, and how it came about.</summary>
/// <param name="Options">The network, all sizes resolved.</param>
/// <param name="Parameters">The parameters, data statistics included.</param>
/// <param name="Summary">How training went.</param>
public sealed record TrainedModel(SequenceModelOptions Options, ParameterSet Parameters, TrainingSummary Summary)
{
    /// <summary>The poles of all time-invariant diagonal cores, computed when asked for; empty where no core has any.</summary>
    public IReadOnlyList<Pole> Poles => PoleTable.Of(this);

    /// <summary>The guaranteed bound of the model's gain, computed when it is asked for; <see langword="null"/> unless it was trained with <see cref="L2RuOptions"/>.</summary>
    public Certificate? Certificate => Certificate.Of(this);
}
