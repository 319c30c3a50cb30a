using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// The first measured outputs of a record, from which the effect of its unknown initial state on later outputs is found: their errors are
/// samples of the free response, and <see cref="NoiseModel"/> says how that goes on.
/// </summary>
/// <param name="ColumnName">The column with the measured outputs.</param>
/// <param name="Steps">How many first steps are told.</param>
/// <param name="Outputs">Outputs of a time step.</param>
/// <param name="Errors">How the errors go on.</param>
internal sealed record InitialOutputs(string ColumnName, int Steps, int Outputs, NoiseModel Errors)
{
    /// <summary>The column in rows to be scored.</summary>
    public DataViewSchema.Column In(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(ColumnName) is not { } column)
            throw new ArgumentOutOfRangeException(
                null,
                $"There is no column '{ColumnName}' in the data, but the model was trained with InitialOutputs = {Steps}, so it reads "
                + "there the measured outputs of the first time steps. Give it that column, with NaN where nothing was measured, or train "
                + "it with InitialOutputs = 0.");
        SequenceColumn.Of(column, Outputs, option: null);
        return column;
    }

    /// <summary>Corrects the answers behind the steps that are told.</summary>
    /// <param name="answers">The free run, (length, outputs).</param>
    /// <param name="measured">What was measured, (steps, outputs); steps that it lacks are not known.</param>
    /// <param name="row">The row, for messages.</param>
    public void Correct(Span<float> answers, ReadOnlySpan<float> measured, long row)
    {
        if (measured.Length % Outputs != 0)
            throw new InvalidOperationException(
                $"Row {row}: column '{ColumnName}' holds {measured.Length} values, which is no whole number of time steps of {Outputs} "
                + "outputs. Give it whole time steps, with NaN where nothing was measured.");
        float[] state = new float[Errors.StateSize], unknown = new float[Outputs];
        unknown.AsSpan().Fill(float.NaN);
        for (int at = 0, step = 0; at < answers.Length; at += Outputs, step++)
        {
            var told = step >= Steps ? [] : at < measured.Length ? measured.Slice(at, Outputs) : unknown;
            Errors.Step(answers.Slice(at, Outputs), told, state);
        }
    }

    /// <summary>What a model file holds, by its options.</summary>
    /// <exception cref="InvalidDataException">It does not go with the options.</exception>
    public static InitialOutputs? Read(
        SequenceToSequenceOptions options, int outputs, IReadOnlyList<IReadOnlyList<double>>? coefficients)
    {
        if ((options.InitialOutputs > 0) != coefficients is not null
            || coefficients is not null && (coefficients.Count != outputs || !coefficients.All(
                a => a.Count <= options.InitialOutputs && a.All(double.IsFinite))))
            throw Payload.Damaged("altered: its coefficients for the first measured outputs do not go with its InitialOutputs");
        return coefficients is null ? null
            : new InitialOutputs(options.TargetColumnName, options.InitialOutputs, outputs, new NoiseModel(coefficients));
    }
}
