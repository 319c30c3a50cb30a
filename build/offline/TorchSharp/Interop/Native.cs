// The border to native/offline_torch.cpp, which explains each function. A tensor is a pointer with one reference; 0 is the undefined tensor.
using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    private const string Lib = Library.Name;

    static Native() =>
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (name, _, _) => name == Lib ? Library.Load() : 0);

    /// <summary>Loads libtorch where that has not happened, or says what is missing.</summary>
    internal static void EnsureLoaded() => _ = ot_threads();

    [LibraryImport(Lib)] internal static partial nint ot_error();
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)] internal static partial void ot_fail(string text);

    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint ot_operator(string name, string overload);
    [LibraryImport(Lib)] internal static partial int ot_call(nint op, Value* arguments, int count, Value* results, int room);
    [LibraryImport(Lib)] internal static partial void ot_free_list(nint* handles);

    [LibraryImport(Lib)] internal static partial nint ot_retain(nint tensor);
    [LibraryImport(Lib)] internal static partial void ot_release(nint tensor);
    [LibraryImport(Lib)]
    internal static partial nint ot_over_memory(void* data, long* sizes, int rank, int type, nint owner, delegate* unmanaged<nint, void> released);
    [LibraryImport(Lib)] internal static partial int ot_data(nint tensor, void** data);
    [LibraryImport(Lib)] internal static partial int ot_describe(nint tensor, Description* description);
    [LibraryImport(Lib)] internal static partial int ot_set_requires_grad(nint tensor, int value);

    [LibraryImport(Lib)] internal static partial nint ot_grad(nint tensor);
    [LibraryImport(Lib)] internal static partial int ot_set_grad(nint tensor, nint grad);
    [LibraryImport(Lib)] internal static partial int ot_grad_enabled();
    [LibraryImport(Lib)] internal static partial void ot_set_grad_enabled(int value);
    [LibraryImport(Lib)]
    internal static partial int ot_backward(
        nint[] tensors, long count, nint[] grads, long gradCount, int retain, int create, nint[] inputs, long inputCount);
    [LibraryImport(Lib)]
    internal static partial int ot_gradients(
        nint[] outputs, long count, nint[] inputs, long inputCount, nint[] grads, long gradCount, int retain, int create, int allowUnused, [Out] nint[] results);

    [LibraryImport(Lib)]
    internal static partial nint ot_node(
        nint owner, delegate* unmanaged<nint, nint*, long, nint*, long, int> backward, delegate* unmanaged<nint, void> released, nint[] inputs, long count);
    [LibraryImport(Lib)] internal static partial void ot_node_release(nint node);
    [LibraryImport(Lib)] internal static partial nint ot_node_pointer(nint node);
    [LibraryImport(Lib)]
    internal static partial int ot_wrap_outputs(
        nint node, nint[] inputs, long count, nint[] constants, long constantCount, nint[] dirty, long dirtyCount,
        nint[] outputs, long outputCount, [Out] nint[] results);
    [LibraryImport(Lib)] internal static partial int ot_save(nint node, nint[] tensors, long count);
    [LibraryImport(Lib)] internal static partial int ot_saved(nint node, [Out] nint[] results);

    [LibraryImport(Lib)] internal static partial int ot_threads();
    [LibraryImport(Lib)] internal static partial int ot_set_threads(int count);
    [LibraryImport(Lib)] internal static partial nint ot_generator(int standard, ulong seed);
    [LibraryImport(Lib)] internal static partial void ot_generator_release(nint generator);
    [LibraryImport(Lib)] internal static partial int ot_generator_seed(nint generator, ulong seed);
    [LibraryImport(Lib)] internal static partial ulong ot_generator_current_seed(nint generator);

    /// <summary>Throws what the last call said when it failed, as the original does.</summary>
    internal static void Check(bool succeeded)
    {
        if (!succeeded)
            throw new ExternalException(Marshal.PtrToStringUTF8(ot_error()));
    }
}

/// <summary>The kinds of values that go in and out of operators; the native side has the same numbers.</summary>
internal enum Kind
{
    None, Tensor, Integer, Real, Boolean, Complex, Text, Device, Tensors, OptionalTensors, Integers, Reals, Generator
}

/// <summary>A value at the border: its bits, or a pointer to <see cref="Count"/> elements.</summary>
internal struct Value
{
    internal Kind Kind;
    internal int Count;
    internal long Bits;
    internal double Imaginary;
}

/// <summary>What a tensor says about itself; the lists belong to it.</summary>
internal unsafe struct Description
{
    internal long Elements, ElementSize, Offset;
    internal long* Sizes, Strides;
    internal int Rank, Type, Device, DeviceIndex, Contiguous, RequiresGrad, Leaf, Conjugated, Negated;
}
