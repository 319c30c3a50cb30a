using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Trains a deep state-space model for regression: it predicts a number, or a vector of numbers, for each sequence. Uses are remaining
/// lifetimes, properties from spectra, and ratings from movements.
/// </summary>
/// <remarks>
/// <para>Create this estimator with <c>mlContext.Regression.Trainers.StateSpace</c>. The loss is that of
/// <see cref="TrainingOptions.Loss"/>, of the standardised target.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Features</c> (in)</term><description>A vector of <see cref="float"/> of known or variable size, in time-major order:
/// all channels of the first time step, then all channels of the second, and so on. If the vector has several dimensions, the last one
/// is the channels. Or a vector of keys, with one token for each time step. Rows to be scored may have another length than in training,
/// and may come as a vector without dimensions, of whole time steps.</description></item>
/// <item><term><c>SecondFeatureColumnName</c> (in, optional)</term><description>The second sequence of each row, where rows hold pairs: of
/// the type of the first.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: for each time step the time
/// since the previous one, in units of the usual interval.</description></item>
/// <item><term><c>Label</c> (in, to fit)</term><description>A <see cref="float"/>, or a vector of <see cref="float"/> of known
/// size.</description></item>
/// <item><term><c>Score</c> (out)</term><description>Of the type of the label: the predicted target, in its unit. NaN if a feature is
/// NaN.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Regression of sequences.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels and targets are standardised inside the
/// model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// var trainer = mlContext.Regression.Trainers.StateSpace(labelColumnName: "Label", featureColumnName: "Features");
/// SequenceRegressionTransformer model = trainer.Fit(trainData);
/// RegressionMetrics metrics = mlContext.Regression.Evaluate(model.Transform(testData));
/// Console.WriteLine($"R squared {metrics.RSquared:f3}");
/// </code>
/// </example>
public sealed class SequenceRegressionEstimator : SequenceEstimator<SequenceRegressionTransformer>
{
    private readonly SequenceRegressionOptions _options;

    internal SequenceRegressionEstimator(IHostEnvironment environment, SequenceRegressionOptions options)
        : base(environment, options) => _options = options;

    private protected override SchemaShape.Column[] OutputShapes(SchemaShape inputSchema, SchemaShape.Column sequence)
    {
        var label = FindLabel(inputSchema, _options);
        return [Friend.Column(_options.ScoreColumnName, label.Kind, NumberDataViewType.Single, annotations: ScoreAnnotations.Shape())];
    }

    private protected override TargetColumn FindTarget(DataViewSchema schema) => FindTarget(schema, _options);

    /// <summary>The label in rows of this task.</summary>
    internal static TargetColumn FindTarget(DataViewSchema schema, SequenceRegressionOptions options)
    {
        _ = FindLabel(Friend.ShapeOf(schema), options);
        return ValueTarget.OfSequence(ColumnCheck.Find(schema, options.LabelColumnName));
    }

    private static SchemaShape.Column FindLabel(SchemaShape shape, SequenceRegressionOptions options)
    {
        var label = ColumnCheck.Find(shape, options.LabelColumnName);
        if (label.IsKey || label.Kind == SchemaShape.Column.VectorKind.VariableVector || !label.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(
                label.Name, ColumnCheck.Describe(label), "Single, or a vector of Single of known size, the target of the sequence",
                label.Kind == SchemaShape.Column.VectorKind.VariableVector && label.ItemType.Equals(NumberDataViewType.Single)
                    ? "Give every row the same number of targets, or use mlContext.Transforms.StateSpace.SequenceToSequence for one a step."
                    : ColumnCheck.MakeSingle(label.Name, label.ItemType, label.IsKey));
        return label;
    }

    private protected override SequenceRegressionTransformer CreateTransformer(
        SequenceColumn sequence, TargetColumn target, TrainedModel model)
        => new(_options, sequence, isVector: target.Column.Type is VectorDataViewType, model);
}
