using System.Numerics;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>Complex numbers as a tensor of their real and one of their imaginary parts; real ones have only the former.</summary>
internal readonly record struct Planes(Value Re, Value? Im = null)
{
    /// <summary>Complex numbers from two planes side by side, (..., 2 size).</summary>
    public static Planes Split(Value planes, long size)
    {
        var parts = planes.Split(size, size);
        return new(parts[0], parts[1]);
    }

    /// <summary>A matrix of constants, (rows, columns).</summary>
    public static Planes Constant(GraphBuilder graph, string name, int rows, int columns, Func<int, int, Complex> number)
    {
        float[] real = new float[rows * columns], imaginary = new float[real.Length];
        for (int i = 0; i < real.Length; i++)
        {
            var value = number(i / columns, i % columns);
            (real[i], imaginary[i]) = ((float)value.Real, (float)value.Imaginary);
        }
        return new(graph.Constant(name + ".Real", real, rows, columns), graph.Constant(name + ".Imaginary", imaginary, rows, columns));
    }

    /// <summary>The planes side by side, (..., 2 size).</summary>
    public Value Joined => Im is { } im ? Value.Concat(-1, Re, im) : Re;

    /// <summary>The planes, one behind the other.</summary>
    public Value[] Parts => Im is { } im ? [Re, im] : [Re];

    public static Planes Of(ReadOnlySpan<Value> parts) => parts.Length == 1 ? new(parts[0]) : new(parts[0], parts[1]);

    /// <summary>What an operator makes of each plane.</summary>
    public Planes Each(Func<Value, Value> map) => new(map(Re), Im is { } im ? map(im) : null);

    public static Planes operator +(Planes a, Planes b) => new(a.Re + b.Re, a.Im is { } x && b.Im is { } y ? x + y : a.Im ?? b.Im);

    public static Planes operator *(Planes a, Planes b) => (a.Im, b.Im) switch
    {
        ({ } x, { } y) => new(a.Re * b.Re - x * y, a.Re * y + x * b.Re),
        ({ } x, null) => new(a.Re * b.Re, x * b.Re),
        (null, { } y) => new(a.Re * b.Re, a.Re * y),
        _ => new(a.Re * b.Re),
    };

    /// <summary>The real part of a product.</summary>
    public static Value RealProduct(Planes a, Planes b) => a.Re * b.Re - a.Im!.Value * b.Im!.Value;
}
