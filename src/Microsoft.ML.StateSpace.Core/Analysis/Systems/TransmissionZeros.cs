using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Zeros by the reduction of Emami-Naeini and Van Dooren (Automatica 18, 1982, pages 415 to 430), with rotations of rows.
/// </summary>
internal static class TransmissionZeros
{
    public static Complex[] Of(Matrix a, Matrix b, Matrix c, Matrix d, double tolerance)
    {
        (b, c, d) = Scaled(b, c, d);
        double least = tolerance * Math.Sqrt(a.Dot(a) + b.Dot(b) + c.Dot(c) + d.Dot(d));
        // First D gets full row rank, then, by the same steps of the transposed system, full column rank. Both have the same zeros.
        (a, b, c, d) = Reduce(a, b, c, d, least);
        (a, b, c, d) = Reduce(Transposed(a), Transposed(c), Transposed(b), Transposed(d), least);
        if (a.Rows == 0)
            return [];
        if (!d.Invert(new int[d.Rows]))
            throw new InvalidOperationException("The zeros were not found: the reduced system has no inverse. Choose a larger tolerance.");
        var image = new Matrix(b.Rows, d.Columns);
        image.AddProduct(b, d);
        a.AddProduct(image, c, -1);
        return Eigenvalues.Of(a);
    }

    // The units of inputs and outputs do not move zeros. Each row of [C, D] and each column of [B; D] gets length one.
    private static (Matrix B, Matrix C, Matrix D) Scaled(Matrix b, Matrix c, Matrix d)
    {
        for (int i = 0; i < c.Rows; i++)
            Scale(c.Row(i), d.Row(i));
        b = Transposed(b);
        d = Transposed(d);
        for (int j = 0; j < b.Rows; j++)
            Scale(b.Row(j), d.Row(j));
        return (Transposed(b), c, Transposed(d));
    }

    private static void Scale(Span<double> first, Span<double> second)
    {
        double norm = 0;
        foreach (double value in first)
            norm = double.Hypot(norm, value);
        foreach (double value in second)
            norm = double.Hypot(norm, value);
        for (int i = 0; norm > 0 && i < first.Length; i++)
            first[i] /= norm;
        for (int i = 0; norm > 0 && i < second.Length; i++)
            second[i] /= norm;
    }

    // Removes states, until D has full row rank. Outputs without feed-through hold some states at zero; the equations of these states then
    // are outputs of the others.
    private static (Matrix A, Matrix B, Matrix C, Matrix D) Reduce(Matrix a, Matrix b, Matrix c, Matrix d, double least)
    {
        while (true)
        {
            // Rotates the outputs so that only the first few have feed-through.
            int through = RowRotations.Orthogonalize(d, c).Count(value => value > least);
            if (through == d.Rows)
                return (a, b, c, d);
            // Rotates the states so that the other outputs see only the first few.
            var seen = Transposed(Rows(c, through, c.Rows));
            var rotation = new Matrix(a.Rows, a.Rows);
            rotation.AddToDiagonal(1);
            int held = RankByRotation(seen, rotation, least);
            Matrix kept = Rows(c, 0, through), feed = Rows(d, 0, through);
            if (held == 0)
                return (a, b, kept, feed);
            (a, b, kept) = (Product(Product(rotation, a), Transposed(rotation)), Product(rotation, b), Product(kept, Transposed(rotation)));
            (c, d) = (Below(Columns(kept, held), Columns(Rows(a, 0, held), held)), Below(feed, Rows(b, 0, held)));
            (a, b) = (Columns(Rows(a, held, a.Rows), held), Rows(b, held, b.Rows));
        }
    }

    private static int RankByRotation(Matrix rows, Matrix rotation, double least)
        => RowRotations.Orthogonalize(rows, rotation).Count(value => value > least);

    private static Matrix Rows(Matrix a, int from, int to)
    {
        var part = new Matrix(to - from, a.Columns);
        for (int i = from; i < to; i++)
            a.Row(i).CopyTo(part.Row(i - from));
        return part;
    }

    // The columns from that index on.
    private static Matrix Columns(Matrix a, int from)
    {
        var part = new Matrix(a.Rows, a.Columns - from);
        for (int i = 0; i < a.Rows; i++)
            a.Row(i)[from..].CopyTo(part.Row(i));
        return part;
    }

    private static Matrix Below(Matrix first, Matrix second)
    {
        var both = new Matrix(first.Rows + second.Rows, first.Columns);
        first.Values.CopyTo(both.Values, 0);
        second.Values.CopyTo(both.Values, first.Values.Length);
        return both;
    }

    private static Matrix Product(Matrix a, Matrix b)
    {
        var product = new Matrix(a.Rows, b.Columns);
        product.AddProduct(a, b);
        return product;
    }

    private static Matrix Transposed(Matrix a)
    {
        var transposed = new Matrix(a.Columns, a.Rows);
        transposed.SetTransposed(a);
        return transposed;
    }
}
