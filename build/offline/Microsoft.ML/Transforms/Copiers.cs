// Stands for the value mappers of Microsoft.ML.Data.Conversion.Conversions (internal there too), as far as values are copied.
namespace Microsoft.ML.Data;

internal delegate void Copier<T>(in T source, ref T destination);

internal static class Copiers
{
    /// <summary>A <see cref="Copier{T}"/> that shares no buffer between source and destination.</summary>
    internal static Delegate For(Type type)
    {
        bool isVector = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        return isVector
            ? Generic.Call(VectorOf<int>, type.GetGenericArguments()[0])
            : Generic.Call(ValueOf<int>, type);
    }

    private static Delegate ValueOf<T>() => new Copier<T>((in T source, ref T destination) => destination = source);

    private static Delegate VectorOf<T>() => new Copier<VBuffer<T>>((in VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination));
}

/// <summary>Calls a generic method for a type that is known at run time only; the method is given by any of its instances.</summary>
internal static class Generic
{
    internal static TResult Call<TResult>(Func<TResult> method, params Type[] types) => (TResult)Invoke(method, types, []);

    internal static TResult Call<T1, TResult>(Func<T1, TResult> method, Type[] types, T1 argument) => (TResult)Invoke(method, types, [argument]);

    internal static TResult Call<T1, T2, TResult>(Func<T1, T2, TResult> method, Type[] types, T1 first, T2 second) => (TResult)Invoke(method, types, [first, second]);

    internal static TResult Call<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> method, Type[] types, T1 first, T2 second, T3 third) =>
        (TResult)Invoke(method, types, [first, second, third]);

    private static object Invoke(Delegate method, Type[] types, object[] arguments) => method.Method.GetGenericMethodDefinition()
        .MakeGenericMethod(types).Invoke(method.Target, System.Reflection.BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
