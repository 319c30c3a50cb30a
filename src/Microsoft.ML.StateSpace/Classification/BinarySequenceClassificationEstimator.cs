using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Classification;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace;

/// <summary>Trains a deep state-space model for binary classification: it answers a yes-or-no question about each sequence.</summary>
/// <remarks>
/// <para>Create this estimator with <c>mlContext.BinaryClassification.Trainers.StateSpace</c>.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Features</c> (in)</term><description>A vector of <see cref="float"/> of known or variable size, in time-major order:
/// all channels of the first time step, then all channels of the second, and so on. If the vector has several dimensions, the last one
/// is the channels. Or a vector of keys, with one token for each time step. Rows to be scored may have another length than in training,
/// and may come as a vector without dimensions, of whole time steps.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: for each time step the time
/// since the previous one, in units of the usual interval.</description></item>
/// <item><term><c>Label</c> (in)</term><description>A <see cref="bool"/>.</description></item>
/// <item><term><c>Score</c> (out)</term><description>A <see cref="float"/>: the log-odds of <see langword="true"/>. NaN if
/// a feature is NaN.</description></item>
/// <item><term><c>Probability</c> (out)</term><description>A <see cref="float"/>: the probability of <see langword="true"/>.
/// NaN if a feature is NaN.</description></item>
/// <item><term><c>PredictedLabel</c> (out)</term><description>A <see cref="bool"/>: whether the log-odds are positive.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Binary classification of sequences.</description></item>
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
/// var trainer = mlContext.BinaryClassification.Trainers.StateSpace(labelColumnName: "Label", featureColumnName: "Features");
/// BinarySequenceClassificationTransformer model = trainer.Fit(trainData);
/// var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(testData));
/// Console.WriteLine($"AUC {metrics.AreaUnderRocCurve:f3}");
/// </code>
/// </example>
public sealed class BinarySequenceClassificationEstimator : IEstimator<BinarySequenceClassificationTransformer>
{
    private readonly IHost _host;
    private readonly BinarySequenceClassificationOptions _options;

    internal BinarySequenceClassificationEstimator(IHostEnvironment environment, BinarySequenceClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(nameof(BinarySequenceClassificationEstimator));
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
    public BinarySequenceClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        OptionsCheck.Validate(_options.Architecture, _options.Training, _options.IntervalColumnName);
        _ = GetOutputSchema(Friend.ShapeOf(input.Schema));
        var sequence = SequenceColumn.Of(
            ColumnCheck.Find(input.Schema, _options.FeatureColumnName), _options.Channels, nameof(_options.Channels))
            with { IntervalColumnName = _options.IntervalColumnName };
        ValidationCheck.SameInput(sequence, _options.ValidationSet);
        ValidationCheck.SameClasses(ColumnCheck.Find(input.Schema, _options.LabelColumnName), null, _options.ValidationSet);
        var training = new ClassifierTraining(sequence, _options.LabelColumnName, Classes: 2)
        {
            Architecture = _options.Architecture,
            Training = _options.Training,
            ValidationSet = _options.ValidationSet,
        };
        return new BinarySequenceClassificationTransformer(_options, sequence, training.Run(_host, input));
    }

    /// <summary>Returns the columns of the input and the columns that the fitted transformer will add.</summary>
    /// <param name="inputSchema">The columns of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SequenceColumn.Check(inputSchema, _options.FeatureColumnName);
        IntervalColumn.Check(inputSchema, _options.IntervalColumnName);
        LabelCheck.IsBoolean(ColumnCheck.Find(inputSchema, _options.LabelColumnName));
        var normalized = Friend.Column(AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance);
        return inputSchema.With(
            Friend.Column(
                _options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar,
                BooleanDataViewType.Instance, annotations: ScoreAnnotations.Shape()),
            Friend.Column(
                _options.ScoreColumnName, SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.Single, annotations: ScoreAnnotations.Shape()),
            Friend.Column(
                _options.ProbabilityColumnName, SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.Single, annotations: [.. ScoreAnnotations.Shape(), normalized]));
    }
}
