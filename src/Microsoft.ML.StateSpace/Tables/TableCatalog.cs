using Microsoft.ML.StateSpace;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Creates a step that makes one sequence of each group of a table's rows. The same as <c>mlContext.Data.ToSequences</c>, but as a step
    /// it is saved with the pipeline, and keeps the unit of time of the training rows.
    /// </summary>
    /// <param name="groupColumnName">
    /// The column that says to which sequence a row belongs. <see langword="null"/> means that the table is one sequence.
    /// </param>
    /// <param name="featureColumnNames">The columns whose values are a time step.</param>
    /// <param name="labelColumnName">The label of a group, the same in all of its rows. <see langword="null"/> means none.</param>
    /// <param name="timeColumnName">The time of a row, for intervals. <see langword="null"/> means equal steps.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.StateSpace.ToSequences("Machine", ["Pressure", "Flow"], labelColumnName: "Fault")
    ///     .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
    ///     .Append(mlContext.MulticlassClassification.Trainers.StateSpace());
    /// </code>
    /// </example>
    public SequenceTableEstimator ToSequences(
        string? groupColumnName, IReadOnlyList<string> featureColumnNames, string? labelColumnName = null, string? timeColumnName = null)
        => ToSequences(SequenceTableOptions.Of(groupColumnName, featureColumnNames, labelColumnName, timeColumnName));

    /// <summary>Creates a step that makes one sequence of each group of a table's rows.</summary>
    /// <param name="options">The columns.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.ToSequences(new SequenceTableOptions
    /// {
    ///     GroupColumnName = "Patient",
    ///     FeatureColumnNames = ["HeartRate", "Pressure"],
    ///     LabelColumnNames = ["Stage"],
    ///     Target = TableTarget.EveryStep,
    ///     TimeColumnName = "Measured",
    ///     SortsRows = true,
    /// });
    /// </code>
    /// </example>
    public SequenceTableEstimator ToSequences(SequenceTableOptions options) => new(options);

    /// <summary>
    /// Creates a step that cuts windows of a fixed number of rows from the groups of a table. The same as <c>mlContext.Data.ToWindows</c>,
    /// but as a step it is saved with the pipeline, and keeps the unit of time of the training rows.
    /// </summary>
    /// <param name="length">The number of rows of a window.</param>
    /// <param name="groupColumnName">
    /// The column that says to which group a row belongs. <see langword="null"/> means that the table is one group.
    /// </param>
    /// <param name="featureColumnNames">The columns whose values are a time step.</param>
    /// <param name="labelColumnName">The label: its value in the last row of a window. <see langword="null"/> means none.</param>
    /// <param name="stride">The number of rows from the start of one window to that of the next.</param>
    /// <param name="horizon">How many rows behind the last row of a window its label stands.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.StateSpace.ToWindows(30, "Engine", ["Temperature", "Pressure"], labelColumnName: "Remaining")
    ///     .Append(mlContext.Regression.Trainers.StateSpace());
    /// </code>
    /// </example>
    public SequenceTableEstimator ToWindows(
        int length, string? groupColumnName, IReadOnlyList<string> featureColumnNames, string? labelColumnName = null, int stride = 1,
        int horizon = 0)
        => ToWindows(WindowOptions.Of(length, groupColumnName, featureColumnNames, labelColumnName, stride, horizon));

    /// <summary>Creates a step that cuts windows of a fixed number of rows from the groups of a table.</summary>
    /// <param name="options">The columns, and which windows.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.ToWindows(new WindowOptions
    /// {
    ///     GroupColumnName = "Engine",
    ///     FeatureColumnNames = ["Temperature", "Pressure"],
    ///     LabelColumnNames = ["Load"],
    ///     Length = 48,
    ///     Stride = 4,
    ///     Horizon = 12,
    /// });
    /// </code>
    /// </example>
    public SequenceTableEstimator ToWindows(WindowOptions options) => new(options);
}
