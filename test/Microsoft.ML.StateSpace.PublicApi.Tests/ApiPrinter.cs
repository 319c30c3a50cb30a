using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

/// <summary>Prints what an assembly shows to the world, one line a member, in an order that does not depend on the source.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(t => !t.FullName!.Contains('<')).OrderBy(t => t.FullName,
            StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Header(type)}\n");
            foreach (string member in type.GetMembers(Declared).Select(Describe).OfType<string>().Order(StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"    {member}\n");
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
            : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + (type.GetMethod("<Clone>$") is null ? "class" : "record");
        var bases = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(i => !IsRecordInterface(i, type))
            .Select(ApiNames.Of).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsEnum && !type.IsValueType)
            bases.Insert(0, ApiNames.Of(parent));
        return $"{kind} {ApiNames.Of(type)}{(bases.Count > 0 && !type.IsEnum ? " : " + string.Join(", ", bases) : "")}";
    }

    private static bool IsRecordInterface(Type candidate, Type type)
        => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEquatable<>)
            && candidate.GetGenericArguments()[0] == type;

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo field when IsShown(field) && !field.IsSpecialName => field.DeclaringType!.IsEnum
            ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
            : (field.IsLiteral ? "const " : field.IsStatic ? "static " : "") + $"{ApiNames.Of(Nullability.Create(field))} {field.Name}"
                + (field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : ""),
        ConstructorInfo constructor when IsShown(constructor)
            && !constructor.IsStatic => $"{Access(constructor)}new({Parameters(constructor)})",
        PropertyInfo property when IsShown(property.GetMethod ?? property.SetMethod!) && !IsGenerated(property) => Property(property),
        MethodInfo method when IsShown(method) && !IsGenerated(method) && (!method.IsSpecialName || method.IsStatic)
            && !IsAccessorOfProperty(method) => Method(method),
        EventInfo @event when IsShown(@event.AddMethod!) => $"event {ApiNames.Of(@event.EventHandlerType!)} {@event.Name}",
        _ => null,
    };

    private static string Property(PropertyInfo property)
    {
        string set = property.SetMethod is { } setter && IsShown(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]"
            : "";
        return $"{Access(property.GetMethod!)}{required}{ApiNames.Of(Nullability.Create(property))} {property.Name}{index} {{ get;{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        string extended = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        string type = ApiNames.Of(Nullability.Create(method.ReturnParameter));
        return $"{Access(method)}{type} {method.Name}{generic}({extended}{Parameters(method)})";
    }

    private static string Access(MethodBase method)
        => (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "")
            + (method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
                : method is MethodInfo { IsVirtual: true, IsFinal: false } m ? m.GetBaseDefinition() == m ? "virtual " : "override " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
        => (parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")
            + $"{ApiNames.Of(Nullability.Create(parameter))} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}" : "");

    private static string Value(object? value)
        => value is null ? "null" : value is string text ? $"\"{text}\"" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static bool IsShown(MethodBase method)
        => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsShown(FieldInfo field)
        => field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed);

    // What the compiler writes for records.
    private static bool IsGenerated(MemberInfo member)
        => member is MethodInfo && member.IsDefined(typeof(CompilerGeneratedAttribute))
            || (member is PropertyInfo { Name: "EqualityContract" });

    private static bool IsAccessorOfProperty(MethodInfo method)
        => method.DeclaringType!.GetProperties(Declared).Any(p => p.GetMethod == method || p.SetMethod == method)
            || method.DeclaringType.GetEvents(Declared).Any(e => e.AddMethod == method || e.RemoveMethod == method);
}
