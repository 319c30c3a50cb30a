// How a binding calls an operator of ATen: by its name in the schema, with a dot before the overload's.
using System.Collections.Concurrent;

namespace TorchSharp;

public static partial class torch
{
    private static readonly ConcurrentDictionary<string, nint> KnownOperators = new();

    /// <summary>Calls an operator with one result; arguments left out at the end take the schema's defaults.</summary>
    internal static Tensor Op(string name, params ReadOnlySpan<Argument> arguments) => Wrap(Call(name, arguments, out _)[0]);

    /// <summary>Calls an operator with two results.</summary>
    internal static (Tensor, Tensor) Op2(string name, params ReadOnlySpan<Argument> arguments)
    {
        var results = Call(name, arguments, out _);
        return (Wrap(results[0]), Wrap(results[1]));
    }

    /// <summary>Calls an operator whose result is a list of tensors.</summary>
    internal static unsafe Tensor[] OpList(string name, params ReadOnlySpan<Argument> arguments)
    {
        var list = Call(name, arguments, out _)[0];
        var tensors = new Tensor[list.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = new Tensor(((nint*)list.Bits)[i]);
        Native.ot_free_list((nint*)list.Bits);
        return tensors;
    }

    /// <summary>Calls an operator whose result is a number or a truth value.</summary>
    internal static Scalar OpScalar(string name, params ReadOnlySpan<Argument> arguments)
    {
        var result = Call(name, arguments, out _)[0];
        double real = BitConverter.Int64BitsToDouble(result.Bits);
        return result.Kind switch
        {
            Kind.Boolean => result.Bits != 0,
            Kind.Integer => result.Bits,
            Kind.Complex => new System.Numerics.Complex(real, result.Imaginary),
            _ => real,
        };
    }

    /// <summary>Calls an operator for its effect on its first argument, which is returned.</summary>
    internal static Tensor OpOn(string name, params ReadOnlySpan<Argument> arguments)
    {
        var results = Call(name, arguments, out int count);
        if (count == 1)
            Native.ot_release((nint)results[0].Bits);
        return (Tensor)arguments[0].Source;
    }

    private static Tensor Wrap(Value result) => new((nint)result.Bits);

    private static unsafe Results Call(string name, ReadOnlySpan<Argument> arguments, out int count)
    {
        nint op = KnownOperators.TryGetValue(name, out nint known) ? known : Find(name);
        int room = 0;
        foreach (var argument in arguments)
            room += argument.Source is Array ? argument.Count : 0;
        long* lists = stackalloc long[room];
        Value* values = stackalloc Value[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
            values[i] = Lower(arguments[i], ref lists);
        Results results = default;
        count = Native.ot_call(op, values, arguments.Length, (Value*)&results, Results.Room);
        foreach (var argument in arguments)
            GC.KeepAlive(argument.Source);
        Native.Check(count >= 0);
        return results;
    }

    private static nint Find(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        nint op = Native.ot_operator("aten::" + (dot < 0 ? name : name[..dot]), dot < 0 ? "" : name[(dot + 1)..]);
        Native.Check(op != 0);
        return KnownOperators[name] = op;
    }

    /// <summary>An argument as it crosses the border; lists are copied to the caller's stack, where nothing moves them.</summary>
    private static unsafe Value Lower(Argument argument, ref long* lists)
    {
        var value = new Value { Kind = argument.Kind, Count = argument.Count, Bits = argument.Bits, Imaginary = argument.Imaginary };
        if (argument.Source is not Array list)
            return value;
        value.Bits = (long)lists;
        switch (list)
        {
            case Tensor[] tensors:
                for (int i = 0; i < tensors.Length; i++)
                    lists[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
                break;
            case long[] integers:
                integers.CopyTo(new Span<long>(lists, integers.Length));
                break;
            case double[] reals:
                reals.CopyTo(new Span<double>(lists, reals.Length));
                break;
            case byte[] text:
                text.CopyTo(new Span<byte>(lists, text.Length));
                break;
        }
        lists += list.Length;
        return value;
    }

    [System.Runtime.CompilerServices.InlineArray(Room)]
    private struct Results
    {
        internal const int Room = 8;
        private Value _first;
    }
}
