using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Classification;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace;

/// <summary>Trains a deep state-space model to answer a yes-or-no question about a sequence.</summary>
/// <remarks>
/// <para>To make this estimator, use <c>mlContext.BinaryClassification.Trainers.StateSpace</c>.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Features</c> (in)</term><description>A known-size or variable-size vector of <see cref="float"/>, time-major: all channels of the first time step, then of the second.
/// Of several dimensions the last is the channels. Or a vector of keys: one token a time step.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: the time since the step before, for each time step.</description></item>
/// <item><term><c>Label</c> (in)</term><description><see cref="bool"/>.</description></item>
/// <item><term><c>Score</c> (out)</term><description><see cref="float"/>: the log-odds of <see langword="true"/>. NaN where a feature is NaN.</description></item>
/// <item><term><c>Probability</c> (out)</term><description><see cref="float"/>: the probability of <see langword="true"/>. NaN where a feature is NaN.</description></item>
/// <item><term><c>PredictedLabel</c> (out)</term><description><see cref="bool"/>: whether the log-odds are positive.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Binary classification of sequences.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels are standardised inside the model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// </list>
/// </remarks>
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

    /// <summary>Trains on all rows of the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is not there or of the wrong type, or an option has a value that cannot work.</exception>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on; the message names row, column and remedy.</exception>
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

    /// <summary>The columns that the fitted transformer will add.</summary>
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
