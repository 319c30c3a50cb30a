using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A real discrete-time linear system in pre form, where the output sees the state before the update: <c>x_{t+1} = A x_t + B u_t</c>,
/// <c>y_t = C x_t + D u_t</c>. It is a recurrence of a trained model, or any other system, such as one that a classical tool has
/// identified.
/// </summary>
/// <param name="A">The state matrix, (states, states).</param>
/// <param name="B">The input matrix, (states, inputs).</param>
/// <param name="C">The output matrix, (outputs, states).</param>
/// <param name="D">The feed-through matrix, (outputs, inputs).</param>
public sealed partial record LinearSystem(double[,] A, double[,] B, double[,] C, double[,] D)
{
    /// <summary>Number of states.</summary>
    public int Order => A.GetLength(0);

    /// <summary>Number of inputs.</summary>
    public int Inputs => D.GetLength(1);

    /// <summary>Number of outputs.</summary>
    public int Outputs => D.GetLength(0);

    /// <summary>
    /// The recurrence of a layer of a trained model. A complex state counts as two real ones. A recurrence in post form, where the output
    /// sees the state after the update, is brought to pre form: <c>(A, B, C A, C B + D)</c>.
    /// </summary>
    /// <param name="model">The model; it must be causal, and its cores linear and time-invariant.</param>
    /// <param name="layer">Index of the layer, from 0. Layers of attention, which have no recurrence, do not count.</param>
    /// <exception cref="NotSupportedException">The recurrence is no causal linear time-invariant system.</exception>
    public static LinearSystem OfCore(TrainedModel model, int layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        var network = NetworkOf.Create(model, "The recurrence of a layer");
        var architecture = network.Architecture;
        if (architecture.Bidirectional == true)
            throw new NotSupportedException(
                "A bidirectional recurrence is no causal system: its outputs depend on later inputs. "
                + "Train the model with Architecture.Bidirectional = false.");
        if (model.Options.HasIntervals)
            throw new NotSupportedException(
                "The recurrence of a model that was trained with an IntervalColumnName changes with the time between steps, "
                + "so it has no frequency response.");
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, network.Cores.Count);
        if (network.Cores[layer] is not ILinearCore core)
            throw new NotSupportedException(
                $"The recurrence of {architecture.GetType().Name} is not linear and time-invariant, so it has no frequency response. "
                + "FindWorstInput bounds its gain from below.");
        var weights = new Weights(model.Parameters.Clone().Values, new float[network.Layout.PreparedLength]);
        network.Prepare(weights);
        FiniteModel.Require(model.Parameters, weights.Prepared);
        int order = core.Order, inputs = network.Cores[layer].InputSize, outputs = network.Cores[layer].OutputSize;
        Matrix a = new(order, order), b = new(order, inputs), c = new(outputs, order), d = new(outputs, inputs);
        core.WriteSystem(weights, a, b, c, d);
        double gain = network.CoreGain(layer, weights.Values);
        c.Scale(gain);
        d.Scale(gain);
        return From(a, b, c, d);
    }

    /// <summary>
    /// A whole trained model as one linear system, in the units of its columns: standardisation, encoder, layers, decoder, and back to the
    /// unit of the targets. Its answers are those of the model but for rounding, as long as inputs lie within 10,000 standard deviations of
    /// their means and none is missing. Held first steps (<c>WarmUp</c>) are not part of it.
    /// </summary>
    /// <param name="model">
    /// The model: sequence to sequence, causal, with <see cref="S5Options"/> or <see cref="LruOptions"/> in a <see cref="LinearScaffold"/>.
    /// </param>
    /// <exception cref="NotSupportedException">Something in the model is not linear and time-invariant, or not causal.</exception>
    public static LinearModel OfModel(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return LinearNetwork.Of(model);
    }

    /// <summary>The four matrices, which must be those of one system.</summary>
    internal static (Matrix A, Matrix B, Matrix C, Matrix D) Parts(double[,] a, double[,] b, double[,] c, double[,] d)
    {
        int order = a.GetLength(0), outputs = d.GetLength(0), inputs = d.GetLength(1);
        Require("A", a, order, order, "(states, states)");
        Require("B", b, order, inputs, "(states, inputs)");
        Require("C", c, outputs, order, "(outputs, states)");
        Require("D", d, outputs, inputs, "(outputs, inputs)");
        return (ToMatrix(a), ToMatrix(b), ToMatrix(c), ToMatrix(d));

        void Require(string name, double[,] matrix, int rows, int columns, string shape)
        {
            if (matrix.GetLength(0) != rows || matrix.GetLength(1) != columns)
                throw new InvalidOperationException(
                    $"{name} must be {shape}, which is ({rows}, {columns}) with {order} states, {inputs} inputs and {outputs} "
                    + $"outputs, as A and D have them; but it is ({matrix.GetLength(0)}, "
                    + $"{matrix.GetLength(1)}). Give the matrices of one system.");
            foreach (double value in matrix)
                if (!double.IsFinite(value))
                    throw new InvalidOperationException($"{name} must hold finite numbers, but has an entry {value}.");
        }
    }

    internal static LinearSystem From(Matrix a, Matrix b, Matrix c, Matrix d) => new(Array(a), Array(b), Array(c), Array(d));

    private (Matrix A, Matrix B, Matrix C, Matrix D) Parts() => Parts(A, B, C, D);

    internal static Matrix ToMatrix(double[,] values)
    {
        var matrix = new Matrix(values.GetLength(0), values.GetLength(1));
        Buffer.BlockCopy(values, 0, matrix.Values, 0, sizeof(double) * values.Length);
        return matrix;
    }

    internal static double[,] Array(Matrix matrix)
    {
        var values = new double[matrix.Rows, matrix.Columns];
        Buffer.BlockCopy(matrix.Values, 0, values, 0, sizeof(double) * values.Length);
        return values;
    }
}
