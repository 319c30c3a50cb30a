using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// A fitted sequence model as a step of a pipeline. It computes rows only when they are read. Any number of cursors and prediction engines
/// may use it at the same time.
/// </summary>
public abstract class SequenceTransformer : ITransformer
{
    private protected SequenceTransformer(SequenceColumn input, TrainedModel model, InitialOutputs? initial = null)
    {
        Input = input;
        Model = model;
        Scorer = new SequenceScorer(model, input, initial);
    }

    /// <summary>How training went, and which values were chosen where the options left the choice to the library.</summary>
    public TrainingSummary Summary => Model.Summary;

    /// <summary>
    /// The poles of the trained cores, with their frequencies, time constants and damping. Empty if the cores have no fixed poles.
    /// </summary>
    public IReadOnlyList<Pole> Poles => Pole.Of(Model);

    /// <summary>
    /// The guaranteed bound of the gain from the input to the output, or to the logits of a classifier. <see langword="null"/> unless the
    /// model was trained with <see cref="L2RuOptions"/>.
    /// </summary>
    public Certificate? Certificate => field ??= Certificate.Of(Model);

    /// <summary>The trained model itself, for <see cref="GainAnalysis"/> and other uses outside a pipeline.</summary>
    public TrainedModel Model { get; }

    /// <summary>Always <see langword="true"/>: the scores of a row depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    internal SequenceColumn Input { get; }

    internal SequenceScorer Scorer { get; }

    /// <summary>The names of the classes; <see langword="null"/> where they have none.</summary>
    internal virtual LabelValues? Labels => null;

    /// <summary>Returns the schema of the data with the columns that this transformer adds.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new SequenceRowMapper(this, inputSchema).OutputSchema;

    /// <summary>Returns the data with the columns that this transformer adds. The columns are computed when they are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The sequences are not of the kind that the model was trained on, or the label column has keys that mean other classes.
    /// </exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringView(new SequenceRowMapper(this, input.Schema), input);
    }

    /// <summary>Binds the transformer to a schema, to score single rows.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new SequenceRowMapper(this, inputSchema);

    /// <summary>
    /// Creates an engine that scores one stream step by step, as its values arrive. Except for rounding, the answers equal those of scoring
    /// the whole sequence.
    /// </summary>
    /// <remarks>
    /// The engine takes the values of this transformer's input column. Steps that come before this transformer in a pipeline are not part
    /// of the engine. Get the transformer out of a loaded pipeline with
    /// <c>((IEnumerable&lt;ITransformer&gt;)model).OfType&lt;SequenceTransformer&gt;().Single()</c>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The model, or a member of it, is bidirectional. Train it with <c>Bidirectional = false</c> in its architecture. Or it answers pairs
    /// of sequences.
    /// </exception>
    /// <example>
    /// <code>
    /// StreamingEngine engine = transformer.CreateStreamingEngine();
    /// foreach (float[] timeStep in timeSteps)
    /// {
    ///     ReadOnlySpan&lt;float&gt; answer = engine.Step(timeStep);
    ///     Console.WriteLine(answer[0]);
    /// }
    /// </code>
    /// </example>
    public StreamingEngine CreateStreamingEngine() => new(Scorer, Model.Options);

    /// <summary>
    /// Creates streams that make their steps together: many times as many steps a second as engines make, where the model has matrices.
    /// </summary>
    /// <param name="streams">Number of streams; more may be added.</param>
    /// <param name="threads">
    /// Threads of a step; no answer depends on it. Default: <see langword="null"/>, one a processor.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">As <see cref="CreateStreamingEngine"/>.</exception>
    /// <example>
    /// <code>
    /// using StreamingBatch batch = transformer.CreateStreamingBatch(1000);
    /// ReadOnlySpan&lt;float&gt; answers = batch.Step(inputs); // (1000, inputs) to (1000, outputs)
    /// </code>
    /// </example>
    public StreamingBatch CreateStreamingBatch(int streams, int? threads = null) => new(Scorer, Model.Options, streams, threads);

    /// <summary>
    /// Writes the parameters as a <c>.safetensors</c> file, which Python and other tools can read. The file is written whole or not at all:
    /// where that fails, an older file of this name stays as it was.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Whose names the parameters have in it. Default: this library's.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// The model is of no family with public names, or has an option that the family's code does not have; the message says which.
    /// </exception>
    public void SaveParameters(string path, ParameterNames names = ParameterNames.Library)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OptionCheck.Defined(names);
        if (names == ParameterNames.Python)
            PythonCheckpoint.Require(Model.Options);
        AtomicFile.Write(path, stream =>
        {
            if (names == ParameterNames.Python)
                PythonCheckpoint.Write(stream, Model);
            else
                ModelFile.Write(stream, Model);
        });
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    /// <summary>Writes the transformer's share of a model file.</summary>
    private protected abstract void Save(ModelSaveContext ctx);

    /// <summary>The columns that are added to data with this schema.</summary>
    internal abstract IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input);

    /// <summary>The target in rows that have one, by the names in the transformer's options.</summary>
    internal abstract TargetColumn FindTarget(DataViewSchema schema);
}
