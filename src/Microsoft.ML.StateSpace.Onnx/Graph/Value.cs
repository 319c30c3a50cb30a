using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Graph;

/// <summary>
/// A tensor of a graph that is being built. Operators add a node, and return its output; they broadcast as ONNX does, which is as NumPy
/// does. The default value stands for an optional input that is left out.
/// </summary>
/// <param name="Builder">What builds the graph.</param>
/// <param name="Name">The tensor's name.</param>
internal readonly record struct Value(GraphBuilder Builder, string Name)
{
    public static Value operator +(Value a, Value b) => a.Builder.Node("Add", a, b);

    public static Value operator +(Value a, float b) => a + a.Builder.Constant(b);

    public static Value operator -(Value a, Value b) => a.Builder.Node("Sub", a, b);

    public static Value operator -(Value a, float b) => a - a.Builder.Constant(b);

    public static Value operator -(float a, Value b) => b.Builder.Constant(a) - b;

    public static Value operator -(Value a) => a.Builder.Node("Neg", a);

    public static Value operator *(Value a, Value b) => a.Builder.Node("Mul", a, b);

    public static Value operator *(Value a, float b) => a * a.Builder.Constant(b);

    public static Value operator *(float a, Value b) => b.Builder.Constant(a) * b;

    public static Value operator /(Value a, Value b) => a.Builder.Node("Div", a, b);

    public static Value operator /(Value a, float b) => a / a.Builder.Constant(b);

    public static Value operator /(float a, Value b) => b.Builder.Constant(a) / b;

    /// <summary>The matrix product of the last two axes.</summary>
    public Value MatMul(Value right) => Builder.Node("MatMul", this, right);

    public Value Exp() => Builder.Node("Exp", this);

    public Value Log() => Builder.Node("Log", this);

    public Value Sqrt() => Builder.Node("Sqrt", this);

    public Value Reciprocal() => Builder.Node("Reciprocal", this);

    public Value Abs() => Builder.Node("Abs", this);

    public Value Sin() => Builder.Node("Sin", this);

    public Value Cos() => Builder.Node("Cos", this);

    public Value Tanh() => Builder.Node("Tanh", this);

    public Value Sigmoid() => Builder.Node("Sigmoid", this);

    /// <summary>The error function.</summary>
    public Value Erf() => Builder.Node("Erf", this);

    /// <summary>log(1 + exp(x)).</summary>
    public Value Softplus() => Builder.Node("Softplus", this);

    /// <summary>Softmax over the last axis.</summary>
    public Value Softmax() => Builder.Node("Softmax", [("axis", -1L)], this);

    /// <summary>Bounds a value; NaN stays NaN.</summary>
    public Value Clamp(float least, float most) => Builder.Node("Clip", this, Builder.Constant(least), Builder.Constant(most));

    public Value Max(Value other) => Builder.Node("Max", this, other);

    public Value Min(Value other) => Builder.Node("Min", this, other);

    /// <summary>Truth values: where it is less.</summary>
    public Value Less(Value other) => Builder.Node("Less", this, other);

    /// <summary>Truth values: where it is less or equal.</summary>
    public Value AtMost(Value other) => Builder.Node("LessOrEqual", this, other);

    /// <summary>Truth values: where both are equal.</summary>
    public Value EqualTo(Value other) => Builder.Node("Equal", this, other);

    public Value IsNaN() => Builder.Node("IsNaN", this);

    public Value And(Value other) => Builder.Node("And", this, other);

    public Value Or(Value other) => Builder.Node("Or", this, other);

    public Value Not() => Builder.Node("Not", this);

    /// <summary>Chooses element by element, by truth values.</summary>
    public Value Choose(Value ifTrue, Value ifFalse) => Builder.Node("Where", this, ifTrue, ifFalse);

    /// <summary>Puts a number in the place of every NaN.</summary>
    public Value WithoutNaN(float filler = 0) => IsNaN().Choose(Builder.Constant(filler), this);

    public Value To(ElementType type) => Builder.Node("Cast", [("to", (long)type)], this);

    /// <summary>The sum over an axis.</summary>
    public Value Sum(long axis, bool keep = false)
        => Builder.NodesAlong("ReduceSum", 1, "axes", [axis], [("keepdims", keep ? 1L : 0L)], this)[0];

    /// <summary>The mean over an axis.</summary>
    public Value Mean(long axis, bool keep = false)
        => Builder.Node("ReduceMean", [("axes", new[] { axis }), ("keepdims", keep ? 1L : 0L)], this);

    /// <summary>The largest value along an axis.</summary>
    public Value Largest(long axis, bool keep = false)
        => Builder.Node("ReduceMax", [("axes", new[] { axis }), ("keepdims", keep ? 1L : 0L)], this);

    /// <summary>The place of the largest value along the last axis, the first of several, int64.</summary>
    public Value Likeliest() => Builder.Node("ArgMax", [("axis", -1L), ("keepdims", 0L)], this);

    /// <summary>The sum of all values up to each along an axis.</summary>
    public Value RunningSum(long axis) => Builder.Node("CumSum", this, Builder.Integer(axis));

    /// <summary>
    /// Part of an axis, from <paramref name="start"/> until before <paramref name="end"/>; negative ones count from the end.
    /// </summary>
    public Value Slice(long axis, long start, long end = long.MaxValue)
        => Builder.Node("Slice", this, Builder.Constant([start]), Builder.Constant([end]), Builder.Constant([axis]));

    /// <summary>Part of an axis whose bounds, vectors of one number, the graph computes.</summary>
    public Value Slice(long axis, Value start, Value end) => Builder.Node("Slice", this, start, end, Builder.Constant([axis]));

    /// <summary>Cuts the last axis into parts of these sizes.</summary>
    public Value[] Split(params long[] sizes) => SplitAxis(-1, sizes);

    /// <summary>Cuts an axis into parts of these sizes.</summary>
    public Value[] SplitAxis(long axis, params long[] sizes)
        => sizes.Length == 1 ? [this] : Builder.NodesAlong("Split", sizes.Length, "split", sizes, [("axis", axis)], this);

    /// <summary>Another shape: 0 keeps an extent, one -1 is what is left over.</summary>
    public Value Reshape(params long[] shape) => Builder.Node("Reshape", this, Builder.Constant(shape));

    /// <summary>Another shape, which the graph computes.</summary>
    public Value Reshape(Value shape) => Builder.Node("Reshape", this, shape);

    public Value Transpose(params long[] axes) => Builder.Node("Transpose", [("perm", axes)], this);

    public Value Unsqueeze(params long[] axes) => Builder.NodesAlong("Unsqueeze", 1, "axes", axes, [], this)[0];

    public Value Squeeze(params long[] axes) => Builder.NodesAlong("Squeeze", 1, "axes", axes, [], this)[0];

    /// <summary>Repeats along axes of extent 1 up to a shape that the graph computes.</summary>
    public Value Expand(Value shape) => Builder.Node("Expand", this, shape);

    /// <summary>Rows of an axis by their numbers, int64.</summary>
    public Value Gather(Value indices, long axis = 0) => Builder.Node("Gather", [("axis", axis)], this, indices);

    /// <summary>The shape, int64.</summary>
    public Value Shape() => Builder.Node("Shape", this);

    /// <summary>One extent of the shape, as an int64 vector of one number.</summary>
    public Value Extent(long axis) => Shape().Gather(Builder.Constant([axis]));

    /// <summary>Values side by side along an axis.</summary>
    public static Value Concat(long axis, params Value[] values)
        => values.Length == 1 ? values[0] : values[0].Builder.Node("Concat", [("axis", axis)], values);

    /// <summary>A tensor of zeros of a shape that the graph computes.</summary>
    public static Value Zeros(Value shape) => shape.Builder.Node("ConstantOfShape", shape);

    /// <summary>Sums of products, by the names of the axes: <c>"bti,oi->bto"</c>.</summary>
    public static Value Einsum(string axes, params Value[] values) => values[0].Builder.Node("Einsum", [("equation", axes)], values);
}
