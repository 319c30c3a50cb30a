using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Looks at a trained network as at a solution of an optimal control problem: which of its groups of parameters are stationary, how far
    /// back the loss sees in each layer beside the memory of its poles, and costates and Hamiltonian along one sequence.
    /// </summary>
    /// <remarks>
    /// <para>The loss is that of training: its kind, class weights and washout are those that the model was trained with, and so is the
    /// regularization of a method of descent. AdamW's weight decay is not part of it, and dropout is off. The rows are kept in memory, and
    /// each takes one pass forward and two back; where fewer than eight rows have a target, one more back for each of 32 stretches of
    /// time.</para>
    /// <para>Where a sequence has one answer, the pooled vector takes the place of the last step when the reach is measured. A model that
    /// reads both ways is seen from the last step too, so its reach is that of the scan from the start; the scan from the end sees in the
    /// other direction.</para>
    /// </remarks>
    /// <param name="transformer">The fitted model; it must be one network.</param>
    /// <param name="data">
    /// Rows with the model's input and with its label or target, by the names that it was trained with, transformed by the steps before it.
    /// </param>
    /// <param name="trajectoryOf">The index of the row whose trajectory is reported in full.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or there is no row <paramref name="trajectoryOf"/>.
    /// </exception>
    /// <exception cref="NotSupportedException">The model is a bank or an ensemble, or it answers pairs of sequences.</exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are not of the kind that the model was trained on, none has a known target, or there are none.
    /// </exception>
    /// <example>
    /// <code>
    /// PontryaginAnalysis analysis = mlContext.Transforms.StateSpace.PontryaginAnalysis(transformer, trainData);
    /// Console.WriteLine(analysis);
    /// </code>
    /// </example>
    public PontryaginAnalysis PontryaginAnalysis(SequenceTransformer transformer, IDataView data, int trajectoryOf = 0)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        var set = LabelledRows.Read(transformer, data, asTrained: true);
        return StateSpace.Analysis.PontryaginAnalysis.Of(transformer.Model, set, trajectoryOf);
    }
}
