using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Classification;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;

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
/// predictor".</description></item>
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
public sealed class SequenceClassificationEstimator : IEstimator<SequenceClassificationTransformer>
{
    private readonly IHost _host;
    private readonly SequenceClassificationOptions _options;

    internal SequenceClassificationEstimator(IHostEnvironment environment, SequenceClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(nameof(SequenceClassificationEstimator));
        _options = options;
    }

    /// <summary>Trains a model on all rows of the data.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The fitted transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows cannot be trained on. The message names the row, the column and a remedy.
    /// </exception>
    public SequenceClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        OptionsCheck.Validate(_options.Architecture, _options.Training, _options.IntervalColumnName);
        _ = GetOutputSchema(Friend.ShapeOf(input.Schema));
        var sequence = SequenceColumn.Of(
            ColumnCheck.Find(input.Schema, _options.FeatureColumnName), _options.Channels, nameof(_options.Channels))
            with { IntervalColumnName = _options.IntervalColumnName };
        var label = ColumnCheck.Find(input.Schema, _options.LabelColumnName);
        var labels = LabelValues.Of(label);
        ValidationCheck.SameInput(sequence, _options.ValidationSet);
        ValidationCheck.SameClasses(label, labels, _options.ValidationSet);
        var training = new ClassifierTraining(sequence, _options.LabelColumnName, LabelCheck.Classes(label))
        {
            Architecture = _options.Architecture,
            Training = _options.Training,
            ValidationSet = _options.ValidationSet,
        };
        return new SequenceClassificationTransformer(_options, sequence, labels, training.Run(_host, input));
    }

    /// <summary>Returns the columns of the input and the columns that the fitted transformer will add.</summary>
    /// <param name="inputSchema">The columns of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SequenceColumn.Check(inputSchema, _options.FeatureColumnName);
        IntervalColumn.Check(inputSchema, _options.IntervalColumnName);
        var label = ColumnCheck.Find(inputSchema, _options.LabelColumnName);
        LabelCheck.IsKey(label);
        var score = ScoreAnnotations.Shape();
        var predicted = ScoreAnnotations.Shape();
        if (ScoreAnnotations.KeyValuesOf(label) is { } keyValues)
        {
            predicted.Add(keyValues);
            score.Add(Friend.Column(AnnotationKinds.TrainingLabelValues, keyValues.Kind, keyValues.ItemType));
            score.Add(Friend.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance));
        }
        return inputSchema.With(
            Friend.Column(
                _options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, predicted),
            Friend.Column(_options.ScoreColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, annotations: score));
    }
}
