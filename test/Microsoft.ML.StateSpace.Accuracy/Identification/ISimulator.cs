namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>A model that simulates a plant in free run.</summary>
internal interface ISimulator
{
    /// <summary>What was chosen for each output, in few words.</summary>
    IReadOnlyList<string> Choices { get; }

    /// <summary>
    /// The outputs, (outputs, steps), that the inputs of a record bring about. The outputs that it has serve for a start at most.
    /// </summary>
    double[][] Simulate(Recording record);

    /// <summary>
    /// The outputs, (outputs, steps), that the inputs of a record and all outputs before a step let expect for it: one step ahead. A model
    /// without outputs among its regressors expects what it simulates.
    /// </summary>
    double[][] Predict(Recording record) => Simulate(record);
}
