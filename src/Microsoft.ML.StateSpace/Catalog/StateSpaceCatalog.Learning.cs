using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Analyses what plain gradient descent can learn in each linear time-invariant layer of a trained network: the rates of its
    /// directions, how many of them can be learnt in some steps and what of the target they hold, poles that cannot move, and the largest
    /// stable rate. Layers that are not studied say why.
    /// </summary>
    /// <remarks>
    /// <para>Each layer is looked at alone, with the input that the layers below give it now, so the numbers hold for as long as these
    /// hardly change. The loss is the cross-entropy or half the mean of the squared errors of standardised targets. A network that has
    /// hardly been trained (one epoch at a tiny <c>LearningRate</c>) shows the start.</para>
    /// <para>It is the theory of gradient descent on all rows at once. It says nothing of AdamW, with which models are trained unless a
    /// method is chosen: AdamW divides every coordinate by a root of its own, which changes all rates.</para>
    /// <para>A layer takes about 60 passes of its own forward and back in double, and as many of the network, over the rows, which are kept
    /// in memory. Some hundred sequences are mostly enough.</para>
    /// </remarks>
    /// <param name="transformer">The fitted model; it must be one network.</param>
    /// <param name="data">
    /// Rows with the model's input and with its label or target, by the names that it was trained with, transformed by the steps before it.
    /// </param>
    /// <param name="steps">The planned steps of gradient descent. At least 1.</param>
    /// <param name="rate">
    /// The rate of gradient descent. <see langword="null"/> means half of the smallest of the layers' largest stable rates.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, <paramref name="steps"/> is below 1, or <paramref name="rate"/> is not positive.
    /// </exception>
    /// <exception cref="NotSupportedException">The model is a bank or an ensemble, or it answers pairs of sequences.</exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are not of the kind that the model was trained on, none has a known target, or there are none.
    /// </exception>
    /// <example>
    /// <code>
    /// LearningReport report = mlContext.Transforms.StateSpace.LearningDynamics(transformer, trainData, steps: 400);
    /// Console.WriteLine(report);
    /// </code>
    /// </example>
    public LearningReport LearningDynamics(SequenceTransformer transformer, IDataView data, int steps = 1000, double? rate = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return StateSpace.Analysis.LearningDynamics.Analyze(
            transformer.Model, LabelledRows.Read(transformer, data, asTrained: true), steps, rate);
    }
}
