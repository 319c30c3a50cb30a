using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Measures what mattered to a model's answers: how much the metric of its task falls when one channel, or one stretch of time, is
    /// exchanged for that of another row. It stands in the place of ML.NET's <c>PermutationFeatureImportance</c>, which takes every value
    /// of every time step for a feature of its own.
    /// </summary>
    /// <remarks>
    /// <para>The metric is the accuracy of classes and tags, and the mean fit in percent of numbers. A part whose mean is near zero did not
    /// matter; what two channels both tell is found in neither alone. A column of tokens has one channel. A single row has its parts
    /// shifted in time instead. Each part takes <paramref name="repeats"/> passes over the rows, which are kept in memory.</para>
    /// <para>A channel has the name of the table's column that it was made of, where <c>ToSequences</c> or <c>ToWindows</c> made it. Else
    /// it has the name that its slots have in common over the time steps, without digits and separators at the end, where the column has
    /// slot names that tell the channels apart; otherwise its index.</para>
    /// </remarks>
    /// <param name="transformer">The fitted model.</param>
    /// <param name="data">
    /// Rows with the model's input and with its label or target, by the names that it was trained with. Take rows that it was not trained
    /// on, transformed by the steps before it.
    /// </param>
    /// <param name="repeats">How often each part is exchanged, each time with another order of the rows. At least 1.</param>
    /// <param name="stretches">The number of equal shares of time that are measured. 0 leaves them out.</param>
    /// <param name="seed">
    /// Chooses the order of the rows. <see langword="null"/> means a seed that follows from that of the <see cref="MLContext"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, <paramref name="repeats"/> is below 1, or <paramref name="stretches"/> is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are not of the kind that the model was trained on, none has a known target, or there are none.
    /// </exception>
    /// <example>
    /// <code>
    /// SequenceImportance importance = mlContext.Transforms.StateSpace.SequenceImportance(transformer, testData);
    /// foreach (PartImportance part in importance.Channels.Concat(importance.Stretches))
    ///     Console.WriteLine($"{part.Name}: {importance.MetricName} falls by {part.Mean:f3} +- {part.StandardDeviation:f3}");
    /// </code>
    /// </example>
    public SequenceImportance SequenceImportance(
        SequenceTransformer transformer, IDataView data, int repeats = 5, int stretches = 10, int? seed = null)
        => ImportanceMeasure.Of(_environment, transformer, data, repeats, stretches, seed);
}
