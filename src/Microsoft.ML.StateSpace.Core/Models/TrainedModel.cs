using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>A model ready to score: what it is, its parameters, and how it came about.</summary>
/// <param name="Options">What it is, all sizes resolved.</param>
/// <param name="Parameters">The parameters, data statistics included.</param>
/// <param name="Summary">How training went.</param>
public sealed record TrainedModel(SequenceModelOptions Options, ParameterSet Parameters, TrainingSummary Summary);
