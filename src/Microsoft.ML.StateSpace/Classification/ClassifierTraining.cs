using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Classification;

/// <summary>Trains a classifier from the rows of a data view. The multiclass and the binary estimator share this.</summary>
/// <param name="Input">How the feature column is read.</param>
/// <param name="LabelColumnName">The label: keys, or Boolean.</param>
/// <param name="Classes">Number of classes.</param>
internal sealed record ClassifierTraining(SequenceColumn Input, string LabelColumnName, int Classes)
{
    public required ArchitectureOptions? Architecture { get; init; }

    public required TrainingOptions Training { get; init; }

    public required IDataView? ValidationSet { get; init; }

    public TrainedModel Run(IHost host, IDataView data)
    {
        Training.RequireWholeSequences();
        if (Training.ClassWeights is { } weights && weights.Count != Classes)
            throw new ArgumentOutOfRangeException(
                nameof(TrainingOptions.ClassWeights),
                $"ClassWeights must hold one weight a class, {Classes} for column '{LabelColumnName}', but holds {weights.Count}.");
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.Classification,
            Inputs = Input.Channels,
            Vocabulary = Input.Vocabulary,
            HasIntervals = Input.IntervalColumnName is not null,
            Outputs = Classes,
            Architecture = Architecture ?? new S5Options(),
        };
        return TrainingRun.Fit(host, options, Training, cancellation => Read(data, cancellation));
    }

    private (SequenceSet Data, SequenceSet? Validation) Read(IDataView data, CancellationToken cancellation)
    {
        var rows = SequenceReader.ReadClasses(data, Input, LabelColumnName, cancellation);
        SequenceReader.CheckClasses(rows, LabelColumnName);
        return (rows, ValidationSet is null ? null : SequenceReader.ReadClasses(ValidationSet, Input, LabelColumnName, cancellation));
    }
}
