using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Trains a deep state-space model to tag sequences: it predicts one of several classes for each time step. Uses are the states of a
/// machine, activities in a record of sensors, and parts of speech.
/// </summary>
/// <remarks>
/// <para>Create this estimator with <c>mlContext.Transforms.StateSpace.SequenceTagging</c>. The loss is the cross-entropy over all labelled
/// time steps. By default the model reads sequences both ways; to stream, set <c>Architecture.Bidirectional</c> to
/// <see langword="false"/>.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Features</c> (in)</term><description>A vector of <see cref="float"/> of known or variable size, in time-major order:
/// all channels of the first time step, then all channels of the second, and so on. If the vector has several dimensions, the last one
/// is the channels. Or a vector of keys, with one token for each time step. Rows to be scored may have another length than in training,
/// and may come as a vector without dimensions, of whole time steps.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: for each time step the time
/// since the previous one, in units of the usual interval.</description></item>
/// <item><term><c>Label</c> (in, to fit)</term><description>A vector of keys as long as the sequence. The missing key means that the time
/// step is not labelled.</description></item>
/// <item><term><c>Score</c> (out)</term><description>A vector of <see cref="float"/> in time-major order: the probability of each tag at
/// each time step, (length, tags). NaN if a feature is NaN.</description></item>
/// <item><term><c>PredictedLabel</c> (out)</term><description>A vector of keys with the key values of the label, one for each time step:
/// the most probable tag. Missing if a feature is NaN.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification of every time step.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels are standardised inside the model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
///     .Append(mlContext.Transforms.StateSpace.SequenceTagging(labelColumnName: "Label", featureColumnName: "Features"));
/// ITransformer model = pipeline.Fit(trainData);
/// SequenceTaggingMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(testData));
/// Console.WriteLine($"accuracy of a time step {metrics.MicroAccuracy:f3}");
/// </code>
/// </example>
public sealed class SequenceTaggingEstimator : SequenceEstimator<SequenceTaggingTransformer>
{
    private readonly SequenceTaggingOptions _options;

    internal SequenceTaggingEstimator(IHostEnvironment environment, SequenceTaggingOptions options)
        : base(environment, options) => _options = options;

    private protected override SchemaShape.Column[] OutputShapes(SchemaShape inputSchema, SchemaShape.Column sequence)
    {
        var tags = ColumnCheck.Find(inputSchema, _options.LabelColumnName);
        LabelCheck.IsVectorOfKeys(tags);
        SchemaShape.Column[] predicted = ScoreAnnotations.KeyValuesOf(tags) is { } keyValues ? [keyValues] : [];
        return
        [
            Friend.Column(_options.PredictedLabelColumnName, sequence.Kind, NumberDataViewType.UInt32, isKey: true, predicted),
            Friend.Column(_options.ScoreColumnName, sequence.Kind, NumberDataViewType.Single),
        ];
    }

    private protected override TargetColumn FindTarget(DataViewSchema schema) => FindTarget(schema, _options);

    /// <summary>The tags in rows of this task.</summary>
    internal static TargetColumn FindTarget(DataViewSchema schema, SequenceTaggingOptions options)
    {
        LabelCheck.IsVectorOfKeys(ColumnCheck.Find(Friend.ShapeOf(schema), options.LabelColumnName));
        return new ClassTarget(ColumnCheck.Find(schema, options.LabelColumnName));
    }

    private protected override SequenceTaggingTransformer CreateTransformer(
        SequenceColumn sequence, TargetColumn target, TrainedModel model) => new(_options, sequence, target.Labels, model);
}
