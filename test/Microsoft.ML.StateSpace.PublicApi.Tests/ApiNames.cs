using System.Reflection;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

/// <summary>Types as C# writes them, with namespaces left out where the name is plain without.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    public static string Of(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray && info.ElementType is not null)
            return $"{Of(info.ElementType)}[]{mark}";
        if (type.IsGenericType && Nullable.GetUnderlyingType(type) is null
            && info.GenericTypeArguments.Length == type.GetGenericArguments().Length)
            return $"{Bare(type)}<{string.Join(", ", info.GenericTypeArguments.Select(Of))}>{mark}";
        return Of(type) + mark;
    }

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        return type.IsGenericType ? $"{Bare(type)}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>" : Bare(type);
    }

    private static string Bare(Type type)
    {
        string name = type.Name.Split('`')[0];
        if (type.IsGenericParameter)
            return name;
        if (type.IsNested)
            return $"{Bare(type.DeclaringType!)}.{name}";
        return type.Namespace!.StartsWith("System", StringComparison.Ordinal) ? name : $"{type.Namespace}.{name}";
    }
}
