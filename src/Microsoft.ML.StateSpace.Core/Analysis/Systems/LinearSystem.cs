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
        var trained = new TrainedCore(model, layer);
        trained.RequireCausal();
        if (trained.Layer is not ILinearCore core)
            throw new NotSupportedException(
                $"The recurrence of {trained.Architecture.GetType().Name} is not linear and time-invariant between all channels, so it "
                + "has no frequency response. Where every channel has a system of its own, OfChannel has it; FindWorstInput bounds the "
                + "gain of others from below.");
        var (a, b, c, d) = TrainedCore.Zeros(core.Order, trained.Layer.InputSize, trained.Layer.OutputSize);
        core.WriteSystem(trained.Weights, a, b, c, d);
        c.Scale(trained.Gain);
        d.Scale(trained.Gain);
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
