// Mirrors TorchSharp.torch.tensor for elements of type (float, float).
namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor((float Real, float Imaginary) scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        OfScalar(scalar, ScalarType.ComplexFloat32, dtype, device, requires_grad);

    public static Tensor tensor(
        (float Real, float Imaginary)[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        OfArray(rawArray, null, dtype, device, requires_grad, names);

    public static Tensor tensor(
        (float Real, float Imaginary)[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        OfArray(rawArray, null, dtype, device, requires_grad, names);

    public static Tensor tensor(
        (float Real, float Imaginary)[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        OfArray(rawArray, null, dtype, device, requires_grad, names);

    public static Tensor tensor(
        (float Real, float Imaginary)[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        OfArray(rawArray, null, dtype, device, requires_grad, names);

    public static Tensor tensor(
        (float Real, float Imaginary)[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null,
        bool requires_grad = false, string[] names = null) =>
        OfArray(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float Real, float Imaginary)> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        OfArray(rawArray.ToArray(), null, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float Real, float Imaginary)> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null,
        bool requires_grad = false, string[] names = null) =>
        OfArray(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float Real, float Imaginary)> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device device = null,
        bool requires_grad = false, string[] names = null) =>
        OfArray(rawArray.ToArray(), Dims(dim0, dim1, dim2), dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float Real, float Imaginary)> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device device = null, bool requires_grad = false, string[] names = null) =>
        OfArray(rawArray.ToArray(), Dims(dim0, dim1, dim2, dim3), dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<(float Real, float Imaginary)> rawArray, long rows, long columns, ScalarType? dtype = null, Device device = null,
        bool requires_grad = false, string[] names = null) =>
        OfArray(rawArray.ToArray(), Dims(rows, columns), dtype, device, requires_grad, names);

    public static Tensor tensor(double real, double imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        OfScalar(new System.Numerics.Complex(real, imaginary), ScalarType.ComplexFloat64, dtype, device, requires_grad);

    public static Tensor tensor(float real, float imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        OfScalar((real, imaginary), ScalarType.ComplexFloat32, dtype, device, requires_grad);
}
