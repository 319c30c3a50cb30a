namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>What can be trained on the data of one seed.</summary>
/// <param name="Fit">Trains a model, and says what it is judged by.</param>
/// <param name="Passes">How the passes of its training are counted.</param>
internal sealed record Learner(Func<TrainingOptions, Learnt> Fit, PassCount Passes);

/// <summary>A trained model.</summary>
/// <param name="Summary">How it was trained.</param>
/// <param name="Judge">FIT or accuracy of data that were not learnt from, in percent.</param>
internal sealed record Learnt(TrainingSummary Summary, Func<double> Judge);
