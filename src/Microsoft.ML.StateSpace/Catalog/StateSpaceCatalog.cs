using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.SequenceToSequence;

namespace Microsoft.ML;

/// <summary>Deep state-space sequence models: <c>mlContext.Transforms.StateSpace</c>.</summary>
public sealed class StateSpaceCatalog
{
    private readonly IHostEnvironment _environment;

    internal StateSpaceCatalog(IHostEnvironment environment) => _environment = environment;

    /// <summary>Tells the class of a sequence.</summary>
    /// <param name="labelColumnName">The label: a key column.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="architecture">The network; <see langword="null"/> is S5 with sizes chosen from the data.</param>
    /// <param name="epochs">Largest number of passes over the data; <see langword="null"/> is chosen from the data.</param>
    /// <param name="channels">Values of a time step; <see langword="null"/> is the last of the column's dimensions where it has several, else 1.</param>
    /// <param name="progress">Receives a report after every epoch.</param>
    public SequenceClassificationEstimator SequenceClassification(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => SequenceClassification(new SequenceClassificationOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
            Channels = channels,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>Tells the class of a sequence.</summary>
    public SequenceClassificationEstimator SequenceClassification(SequenceClassificationOptions options) => new(_environment, options);

    /// <summary>Turns a sequence into another, one output vector for each time step.</summary>
    /// <param name="outputColumnName">The column that is added: the predicted targets.</param>
    /// <param name="inputColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="targetColumnName">The targets: a vector of Single, time-major, as many for each time step.</param>
    /// <param name="architecture">The network; <see langword="null"/> is S5 with sizes chosen from the data.</param>
    /// <param name="epochs">Largest number of passes over the data; <see langword="null"/> is chosen from the data.</param>
    /// <param name="channels">Values of a time step of the input; <see langword="null"/> is the last of the column's dimensions where it has several, else 1.</param>
    /// <param name="outputs">Targets of a time step; <see langword="null"/> is the last of the column's dimensions where it has several, else 1.</param>
    /// <param name="progress">Receives a report after every epoch.</param>
    public SequenceToSequenceEstimator SequenceToSequence(
        string outputColumnName = "Output",
        string inputColumnName = "Input",
        string targetColumnName = "Target",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        int? outputs = null,
        IProgress<TrainingProgress>? progress = null)
        => SequenceToSequence(new SequenceToSequenceOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            TargetColumnName = targetColumnName,
            Architecture = architecture,
            Channels = channels,
            Outputs = outputs,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>Turns a sequence into another, one output vector for each time step.</summary>
    public SequenceToSequenceEstimator SequenceToSequence(SequenceToSequenceOptions options) => new(_environment, options);

    /// <summary>Compares predicted sequences with the true ones.</summary>
    /// <param name="data">The rows, with both columns.</param>
    /// <param name="targetColumnName">The true sequences.</param>
    /// <param name="outputColumnName">The predicted sequences; their dimensions tell the outputs apart.</param>
    /// <param name="skip">Time steps left out at the beginning of each row, while the model's state forgets that it started from nothing.</param>
    public SequenceToSequenceMetrics EvaluateSequenceToSequence(
        IDataView data, string targetColumnName = "Target", string outputColumnName = "Output", int skip = 0)
        => SequenceToSequenceEvaluator.Evaluate(data, targetColumnName, outputColumnName, skip);
}
