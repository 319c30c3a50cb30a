using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// A small dense row-major matrix in double. The maps from parameters to prepared values compute with it. Only the constructor allocates.
/// </summary>
internal sealed class Matrix(int rows, int columns)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public double[] Values { get; } = new double[rows * columns];

    public ref double this[int i, int j] => ref Values[i * Columns + j];

    public Span<double> Row(int i) => Values.AsSpan(i * Columns, Columns);

    public void Clear() => Values.AsSpan().Clear();

    public void Set(Matrix a) => a.Values.CopyTo(Values, 0);

    public void SetTransposed(Matrix a)
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                this[i, j] = a[j, i];
    }

    public void Set(ReadOnlySpan<float> values) => TensorPrimitives.ConvertTruncating(values, Values);

    /// <summary>Sets this matrix to the transpose of <paramref name="values"/>, (Columns, Rows).</summary>
    public void SetTransposed(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                this[i, j] = values[j * Rows + i];
    }

    public void CopyTo(Span<float> values) => TensorPrimitives.ConvertTruncating<double, float>(Values, values);

    public void CopyTransposedTo(Span<float> values)
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                values[j * Rows + i] = (float)this[i, j];
    }

    public void AddTo(Span<float> values)
    {
        for (int i = 0; i < Values.Length; i++)
            values[i] += (float)Values[i];
    }

    public void AddTransposedTo(Span<float> values)
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                values[j * Rows + i] += (float)this[i, j];
    }

    /// <summary><c>this += factor a</c>.</summary>
    public void Add(Matrix a, double factor = 1) => TensorPrimitives.MultiplyAdd(a.Values, factor, Values, Values);

    /// <summary><c>this += factor a^T</c>.</summary>
    public void AddTransposed(Matrix a, double factor = 1)
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                this[i, j] += factor * a[j, i];
    }

    public void AddToDiagonal(double value)
    {
        for (int i = 0; i < Rows; i++)
            this[i, i] += value;
    }

    public void Scale(double factor) => TensorPrimitives.Multiply(Values, factor, Values);

    /// <summary><c>this += factor a b</c>.</summary>
    public void AddProduct(Matrix a, Matrix b, double factor = 1) => MatrixProduct.Add(a, false, b, false, factor, this);

    /// <summary><c>this += factor a^T b</c>.</summary>
    public void AddProductOfTransposed(Matrix a, Matrix b, double factor = 1) => MatrixProduct.Add(a, true, b, false, factor, this);

    /// <summary><c>this += factor a b^T</c>.</summary>
    public void AddProductWithTransposed(Matrix a, Matrix b, double factor = 1) => MatrixProduct.Add(a, false, b, true, factor, this);

    /// <summary><c>sum of this_ij a_ij</c>.</summary>
    public double Dot(Matrix a) => TensorPrimitives.Dot<double>(Values, a.Values);

    public double Trace()
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
            sum += this[i, i];
        return sum;
    }

    /// <summary>Replaces this matrix by the mean of itself and its transpose.</summary>
    public void Symmetrize()
    {
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < i; j++)
                this[i, j] = this[j, i] = 0.5 * (this[i, j] + this[j, i]);
    }

    /// <summary>
    /// Inverts this matrix in place, by Gauss-Jordan elimination with row pivots; <paramref name="pivots"/> is work memory, (Rows). Returns
    /// whether there is an inverse.
    /// </summary>
    public bool Invert(Span<int> pivots)
    {
        for (int k = 0; k < Rows; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < Rows; i++)
                if (Math.Abs(this[i, k]) > Math.Abs(this[pivot, k]))
                    pivot = i;
            double value = this[pivot, k];
            if (value == 0 || !double.IsFinite(value))
                return false;
            pivots[k] = pivot;
            SwapRows(k, pivot);
            this[k, k] = 1;
            TensorPrimitives.Divide(Row(k), value, Row(k));
            for (int i = 0; i < Rows; i++)
            {
                if (i == k)
                    continue;
                double factor = this[i, k];
                this[i, k] = 0;
                TensorPrimitives.MultiplyAdd(Row(k), -factor, Row(i), Row(i));
            }
        }
        for (int k = Rows - 1; k >= 0; k--)
            for (int i = 0; i < Rows && pivots[k] != k; i++)
                (this[i, k], this[i, pivots[k]]) = (this[i, pivots[k]], this[i, k]);
        return true;
    }

    private void SwapRows(int i, int j)
    {
        for (int c = 0; c < Columns && i != j; c++)
            (this[i, c], this[j, c]) = (this[j, c], this[i, c]);
    }
}
