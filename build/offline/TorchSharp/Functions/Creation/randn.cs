// Mirrors TorchSharp.torch.randn.
namespace TorchSharp;

public static partial class torch
{
    public static Tensor randn(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", size.ToArray(), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", Dims(dim0, dim1, dim2), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        Generator generator = null, string[] names = null) =>
        Random("randn", Dims(dim0, dim1, dim2, dim3), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        int rows, int columns, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", Dims(rows, columns), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        int size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", Dims(size), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        Generator generator = null, string[] names = null) =>
        Random("randn", Dims(dim0, dim1, dim2), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        Generator generator = null, string[] names = null) =>
        Random("randn", Dims(dim0, dim1, dim2, dim3), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        long rows, long columns, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", Dims(rows, columns), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        long size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", Dims(size), generator, dtype, device, requires_grad, names);

    public static Tensor randn(
        long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null,
        string[] names = null) =>
        Random("randn", size, generator, dtype, device, requires_grad, names);
}
