using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>Trains a deep state-space model to classify sequences: it predicts one of several classes for each sequence.</summary>
/// <remarks>
/// <para>Create this estimator with <c>mlContext.Transforms.StateSpace.SequenceClassification</c> or
/// <c>mlContext.MulticlassClassification.Trainers.StateSpace</c>.</para>
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
/// <item><term><c>Label</c> (in, to fit)</term><description>A key. Rows to be scored need no such column; if they have one whose keys mean
/// other classes than in training, they are refused, because an evaluation would compare different classes.</description></item>
/// <item><term><c>Score</c> (out)</term><description>A vector of <see cref="float"/> of known size: the probability of each class. The
/// slot names are the classes. NaN if a feature is NaN.</description></item>
/// <item><term><c>PredictedLabel</c> (out)</term><description>A key with the key values of the label: the most probable class. Missing
/// if the scores are NaN.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification of sequences.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels are standardised inside the model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// <item><term>Permutation feature importance</term><description>No: ML.NET's <c>PermutationFeatureImportance</c> permutes the slots of
/// a vector of known size for its own predictors, and answers any other with "does not have a compatible
/// predictor". Use <c>mlContext.Transforms.StateSpace.SequenceImportance</c>.</description></item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
///     .Append(mlContext.Transforms.StateSpace.SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"))
///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
/// ITransformer model = pipeline.Fit(trainData);
/// IDataView predictions = model.Transform(testData);
/// </code>
/// </example>
public sealed class SequenceClassificationEstimator : SequenceEstimator<SequenceClassificationTransformer>
{
    private readonly SequenceClassificationOptions _options;

    internal SequenceClassificationEstimator(IHostEnvironment environment, SequenceClassificationOptions options)
        : base(environment, options) => _options = options;

    private protected override SchemaShape.Column[] OutputShapes(SchemaShape inputSchema, SchemaShape.Column sequence)
    {
        var label = ColumnCheck.Find(inputSchema, _options.LabelColumnName);
        LabelCheck.IsKey(label);
        var (score, predicted) = ScoreAnnotations.ShapesOfClasses(label);
        return
        [
            Friend.Column(
                _options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, predicted),
            Friend.Column(_options.ScoreColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, annotations: score),
        ];
    }

    private protected override TargetColumn FindTarget(DataViewSchema schema) => FindTarget(schema, _options);

    /// <summary>The label in rows of this task.</summary>
    internal static TargetColumn FindTarget(DataViewSchema schema, SequenceClassificationOptions options)
    {
        LabelCheck.IsKey(ColumnCheck.Find(Friend.ShapeOf(schema), options.LabelColumnName));
        return new ClassTarget(ColumnCheck.Find(schema, options.LabelColumnName));
    }

    private protected override SequenceClassificationTransformer CreateTransformer(
        SequenceColumn sequence, TargetColumn target, TrainedModel model) => new(_options, sequence, target.Labels, model);
}
