using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Linear systems of random numbers, and what MathNet says about them.</summary>
internal static class RandomSystems
{
    /// <summary>A system whose largest pole has that magnitude.</summary>
    public static LinearSystem Draw(int order, int inputs, int outputs, int seed, double radius = 0.9, bool through = true)
    {
        var a = Matrix(order, order, 4 * seed);
        a *= radius / a.Evd().EigenValues.AbsoluteMaximum().Magnitude;
        var d = through ? Matrix(outputs, inputs, 4 * seed + 3) : Matrix<double>.Build.Dense(outputs, inputs);
        return new(
            a.ToArray(), Matrix(order, inputs, 4 * seed + 1).ToArray(), Matrix(outputs, order, 4 * seed + 2).ToArray(), d.ToArray());
    }

    public static Matrix<double> Matrix(int rows, int columns, int seed)
        => Matrix<double>.Build.Dense(rows, columns, Testing.Draw.Uniform(rows * columns, -1, 1, seed).ToDouble());

    public static Matrix<double> ToMathNet(this double[,] values) => Matrix<double>.Build.DenseOfArray(values);

    /// <summary>Both systems get the same inputs; the output is the difference of theirs.</summary>
    public static LinearSystem Minus(this LinearSystem first, LinearSystem second)
    {
        int order = first.Order + second.Order;
        var a = Matrix<double>.Build.Dense(order, order);
        a.SetSubMatrix(0, 0, first.A.ToMathNet());
        if (second.Order > 0)
            a.SetSubMatrix(first.Order, first.Order, second.A.ToMathNet());
        var b = first.B.ToMathNet();
        var c = first.C.ToMathNet();
        if (second.Order > 0)
            (b, c) = (b.Stack(second.B.ToMathNet()), c.Append(-second.C.ToMathNet()));
        return new(a.ToArray(), b.ToArray(), c.ToArray(), (first.D.ToMathNet() - second.D.ToMathNet()).ToArray());
    }

    /// <summary>The largest difference of the transfer functions at some points, relative to the largest of the first.</summary>
    public static double DistanceTo(this LinearSystem first, LinearSystem second)
    {
        double largest = 0, difference = 0;
        for (int k = 0; k <= 16; k++)
        {
            var z = System.Numerics.Complex.FromPolarCoordinates(1, Math.PI * k / 16);
            System.Numerics.Complex[,] x = first.TransferFunction(z), y = second.TransferFunction(z);
            for (int o = 0; o < first.Outputs; o++)
                for (int i = 0; i < first.Inputs; i++)
                    (largest, difference) = (Math.Max(largest, x[o, i].Magnitude), Math.Max(difference, (x[o, i] - y[o, i]).Magnitude));
        }
        return difference / largest;
    }
}
