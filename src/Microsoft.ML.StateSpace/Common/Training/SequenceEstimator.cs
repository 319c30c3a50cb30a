using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Trains a sequence model of some task. What the tasks share stands here; a task says what its target and its outputs are.
/// </summary>
/// <typeparam name="TTransformer">The fitted model.</typeparam>
public abstract class SequenceEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : SequenceTransformer
{
    private readonly IHost _host;
    private readonly SequenceTaskOptions _options;

    private protected SequenceEstimator(IHostEnvironment environment, SequenceTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(GetType().Name);
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
    /// <exception cref="OperationCanceledException">It was cancelled before there was a model.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        _ = GetOutputSchema(Friend.ShapeOf(input.Schema));
        var sequence = SequenceColumn.Of(
            ColumnCheck.Find(input.Schema, _options.SequenceColumnName), _options.Channels, nameof(_options.Channels))
            with { IntervalColumnName = _options.IntervalColumnName, SecondName = _options.SecondColumnName, WarmUp = _options.HeldSteps };
        sequence.CheckSecond(input.Schema);
        var target = FindTarget(input.Schema);
        ValidationCheck.SameInput(sequence, _options.ValidationSet);
        ValidationCheck.SameTarget(target, _options.ValidationSet);
        target.Check(_options.Training);
        target.AllowsMissing = _options.MissingValues != MissingValues.Error;
        var model = new SequenceModelOptions
        {
            Task = target.Task,
            Inputs = sequence.Channels,
            Vocabulary = sequence.Vocabulary,
            HasIntervals = sequence.IntervalColumnName is not null,
            HasPairs = sequence.SecondName is not null,
            Outputs = target.Outputs,
            MissingValues = _options.MissingValues == MissingValues.Error ? null : _options.MissingValues,
            DerivedInputs = _options.DerivedInputs,
            // Where it is null, it is chosen once the rows are read.
            Architecture = _options.Architecture ?? (_options.Training.InitialParameters as SavedParameters)?.ReadArchitecture()!,
        };
        var trained = TrainingRun.Fit(_host, model, _options.Training, cancellation =>
        {
            bool allowsMissing = _options.MissingValues != MissingValues.Error;
            long budget = _options.Training.MemoryBudget;
            ViewRows Rows(IDataView view, bool mayMiss)
                => new(view, sequence, target, mayMiss, sequence.WarmUp, _options.Training.Washout);
            var (data, ledger) = SequenceReader.Read(Rows(input, allowsMissing), sequence, budget, cancellation);
            target.Check(ledger);
            if (_options.ValidationSet is not { } set)
                return (data, null);
            // The pool of a training that streams takes what validation leaves.
            long left = data is SequenceSet ? budget - data.Bytes : budget / 4;
            return (data, SequenceReader.Read(Rows(set, ledger.HasMissing), sequence, left, cancellation).Data);
        }, _options.Start);
        return Complete(CreateTransformer(sequence, target, trained), input, target);
    }

    /// <summary>Returns the columns of the input and the columns that the fitted transformer will add.</summary>
    /// <param name="inputSchema">The columns of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var sequence = SequenceColumn.Check(inputSchema, _options.SequenceColumnName);
        IntervalColumn.Check(inputSchema, _options.IntervalColumnName);
        if (_options.SecondColumnName is { } second)
            SequenceColumn.Check(inputSchema, second);
        return inputSchema.With(OutputShapes(inputSchema, sequence));
    }

    /// <summary>Checks the type of the target column, and promises the columns that are added.</summary>
    private protected abstract SchemaShape.Column[] OutputShapes(SchemaShape inputSchema, SchemaShape.Column sequence);

    /// <summary>The target in the training rows.</summary>
    private protected abstract TargetColumn FindTarget(DataViewSchema schema);

    private protected abstract TTransformer CreateTransformer(SequenceColumn sequence, TargetColumn target, TrainedModel model);

    /// <summary>Adds what is learnt once the model answers.</summary>
    private protected virtual TTransformer Complete(TTransformer transformer, IDataView rows, TargetColumn target) => transformer;
}
