using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace;

/// <summary>Trains a deep state-space model to turn a sequence into another, one output vector for each time step: system identification, filtering, soft sensors.</summary>
/// <remarks>
/// <para>To make this estimator, use <c>mlContext.Transforms.StateSpace.SequenceToSequence</c>. The loss is the squared error of the standardised targets;
/// the output is in the targets' own unit.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Input</c> (in)</term><description>A known-size or variable-size vector of <see cref="float"/>, time-major: all channels of the first time step, then of the second.
/// Of several dimensions the last is the channels. Or a vector of keys: one token a time step.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: the time since the step before, for each time step.</description></item>
/// <item><term><c>Target</c> (in, to fit)</term><description>A vector of <see cref="float"/>, time-major, with as many time steps.</description></item>
/// <item><term><c>Output</c> (out)</term><description>A vector of <see cref="float"/>, time-major, of known size where the input's is known. NaN where a feature is NaN.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Regression, one output vector a time step.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels and targets are standardised inside the model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceToSequenceEstimator : IEstimator<SequenceToSequenceTransformer>
{
    private readonly IHost _host;
    private readonly SequenceToSequenceOptions _options;

    internal SequenceToSequenceEstimator(IHostEnvironment environment, SequenceToSequenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(nameof(SequenceToSequenceEstimator));
        _options = options;
    }

    /// <summary>Trains on all rows of the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is not there or of the wrong type, or an option has a value that cannot work.</exception>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on; the message names row, column and remedy.</exception>
    public SequenceToSequenceTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        OptionsCheck.Validate(_options.Architecture, _options.Training, _options.IntervalColumnName);
        _ = GetOutputSchema(Friend.ShapeOf(input.Schema));
        var sequence = SequenceColumn.Of(
            ColumnCheck.Find(input.Schema, _options.InputColumnName), _options.Channels, nameof(_options.Channels))
            with { IntervalColumnName = _options.IntervalColumnName };
        var target = SequenceColumn.Of(
            ColumnCheck.Find(input.Schema, _options.TargetColumnName), _options.Outputs, nameof(_options.Outputs));
        ValidationCheck.SameInput(sequence, _options.ValidationSet);
        ValidationCheck.SameInput(target, _options.ValidationSet);
        var rows = SequenceReader.ReadTargets(input, sequence, target);
        var validation = _options.ValidationSet is { } set ? SequenceReader.ReadTargets(set, sequence, target) : null;
        var model = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence,
            Inputs = sequence.Channels,
            Vocabulary = sequence.Vocabulary,
            HasIntervals = sequence.IntervalColumnName is not null,
            Outputs = target.Channels,
            Architecture = _options.Architecture ?? new S5Options(),
        };
        return new SequenceToSequenceTransformer(_options, sequence, TrainingRun.Fit(_host, model, _options.Training, rows, validation));
    }

    /// <summary>The column that the fitted transformer will add.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = SequenceColumn.Check(inputSchema, _options.InputColumnName);
        IntervalColumn.Check(inputSchema, _options.IntervalColumnName);
        var target = ColumnCheck.Find(inputSchema, _options.TargetColumnName);
        if (target.IsKey || target.Kind == SchemaShape.Column.VectorKind.Scalar || !target.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(target.Name, ColumnCheck.Describe(target), "a vector of Single, the targets of each time step");
        return inputSchema.With(Friend.Column(_options.OutputColumnName, input.Kind, NumberDataViewType.Single));
    }
}
