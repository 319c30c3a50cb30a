using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What the rows of a diagonal core say of its poles and its input matrix, beside their gradients. For the recurrence
/// <c>x_t = lambda x_{t-1} + B u_t</c>, with the gradient s_t of the state x_t, it holds <c>sum u_t u_t'</c>, and for each state
/// <c>sum u_t x_{t-1}</c>, <c>sum |x_{t-1}|^2</c> and <c>sum |s_t|^2</c>. A core that also reads from the end adds the sums of that
/// direction, where x_{t+1} stands in the place of x_{t-1}.
/// Products of some rows are made in float, and all that is added up is double.
/// </summary>
/// <param name="inputs">H.</param>
/// <param name="states">N.</param>
internal sealed class CoreSums(int inputs, int states)
{
    private const int Block = 64; // rows whose products are made in float

    private readonly float[] _products = new float[inputs * Math.Max(inputs, 2 * states)];

    /// <summary>sum u u', (H, H).</summary>
    public double[] InputProducts { get; } = new double[inputs * inputs];

    /// <summary>sum u x, (H, 2, N).</summary>
    public double[] StateProducts { get; } = new double[inputs * 2 * states];

    /// <summary>sum |x|^2, (N).</summary>
    public double[] StateSquares { get; } = new double[states];

    /// <summary>sum |s|^2, (N).</summary>
    public double[] GradientSquares { get; } = new double[states];

    private double[][] All => [InputProducts, StateProducts, StateSquares, GradientSquares];

    public void Clear()
    {
        foreach (var sums in All)
            sums.AsSpan().Clear();
    }

    public void Add(CoreSums other)
    {
        foreach (var (sums, added) in All.Zip(other.All))
            TensorPrimitives.Add(sums, added, sums);
    }

    /// <summary>Adds rows each of which comes with the state before it and the gradient of the state behind it, as in pre form.</summary>
    /// <param name="u">(rows, H).</param>
    /// <param name="before">(rows, 2, N).</param>
    /// <param name="behind">(rows, 2, N).</param>
    public void Add(ReadOnlySpan<float> u, ReadOnlySpan<float> before, ReadOnlySpan<float> behind)
    {
        AddProducts(u, u, inputs, InputProducts);
        AddProducts(u, before, 2 * states, StateProducts);
        AddSquares(before, StateSquares);
        AddSquares(behind, GradientSquares);
    }

    /// <summary>Adds the rows of one direction of a sequence, or of a piece of one, where x is the state behind its row.</summary>
    /// <param name="u">(rows, H).</param>
    /// <param name="x">(rows, 2, N).</param>
    /// <param name="s">The gradients of these states, (rows, 2, N).</param>
    /// <param name="before">
    /// The state before the first row, or behind the last one where time runs backwards; empty where it is zero.
    /// </param>
    /// <param name="reverse">Whether time runs backwards.</param>
    public void Add(ReadOnlySpan<float> u, ReadOnlySpan<float> x, ReadOnlySpan<float> s, ReadOnlySpan<float> before, bool reverse)
    {
        int width = 2 * states, rows = u.Length / inputs;
        AddProducts(u, u, inputs, InputProducts);
        ReadOnlySpan<float> follow = reverse ? u[..^inputs] : u[inputs..], from = reverse ? x[width..] : x[..^width];
        AddProducts(follow, from, width, StateProducts);
        AddSquares(from, StateSquares);
        AddSquares(s, GradientSquares);
        if (before.IsEmpty)
            return;
        AddProducts(reverse ? u[((rows - 1) * inputs)..] : u[..inputs], before, width, StateProducts);
        AddSquares(before, StateSquares);
    }

    // sum += a' b, where a is (rows, H) and b is (rows, columns).
    private void AddProducts(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int columns, double[] sum)
    {
        var products = _products.AsSpan(0, inputs * columns);
        for (int row = 0, rows = a.Length / inputs; row < rows; row += Block)
        {
            Gemm.Multiply(
                inputs, columns, Math.Min(Block, rows - row),
                a[(row * inputs)..], inputs, true,
                b[(row * columns)..], columns, false,
                products, columns, accumulate: false);
            for (int i = 0; i < products.Length; i++)
                sum[i] += products[i];
        }
    }

    private void AddSquares(ReadOnlySpan<float> rows, double[] sum)
    {
        for (; rows.Length > 0; rows = rows[(2 * states)..])
        {
            for (int n = 0; n < states; n++)
            {
                double re = rows[n], im = rows[states + n];
                sum[n] += re * re + im * im;
            }
        }
    }
}
