using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Makes sequences of the rows of a table, a group or a window each, as a step of a pipeline. Created by <c>ToSequences</c> and
/// <c>ToWindows</c> of <c>mlContext.Transforms.StateSpace</c>.
/// </summary>
/// <remarks>
/// <para>What is fitted is the unit of time, where there is a time column and no unit is given: the median of the first steps of the
/// training rows counts as 1, and so it does for rows that are scored later.</para>
/// <para>The step makes other rows than it is given: <c>FirstRow</c> and <c>LastRow</c> say of which rows of the table, and
/// <c>mlContext.Data.FromSequences</c> brings predictions back to them. Columns of the table that are not named are not there any
/// more.</para>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Transforms.StateSpace.ToSequences("Machine", ["Pressure", "Flow"], labelColumnName: "Fault")
///     .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
///     .Append(mlContext.MulticlassClassification.Trainers.StateSpace());
/// ITransformer model = pipeline.Fit(mlContext.Data.LoadFromTextFile&lt;Reading&gt;("readings.csv", ',', hasHeader: true));
/// </code>
/// </example>
public sealed class SequenceTableEstimator : IEstimator<SequenceTableTransformer>
{
    private readonly TableOptions _options;

    internal SequenceTableEstimator(TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Takes the unit of time from the table, where it is left to the library.</summary>
    /// <param name="input">A table with one row a time step.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">The rows have no order in time.</exception>
    public SequenceTableTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var layout = new TableLayout(input.Schema, _options, needsLabels: true);
        return new SequenceTableTransformer(
            layout.Time is null || _options.TimeUnit is not null ? _options : _options with { TimeUnit = UsualStep.Of(layout, input) });
    }

    /// <summary>Returns the columns of the sequences.</summary>
    /// <param name="inputSchema">The columns of the table.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _options.Validate();
        return TableShape.Of(inputSchema, _options);
    }
}
