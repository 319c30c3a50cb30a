using System.Reflection;
using System.Text.RegularExpressions;
using PublicApiGenerator;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

/// <summary>
/// The public surface of an assembly as PublicApiGenerator writes it, with the ranks of arrays, which it loses: to it a
/// <c>double[,]</c> is a <c>double[]</c>.
/// </summary>
internal static class ApiListing
{
    // By itself the generator leaves out what is named Microsoft, which is all there is. What Orleans generates is not for readers.
    private static readonly ApiGeneratorOptions Options = new()
    {
        DenyNamespacePrefixes = ["OrleansCodeGen"], IncludeAssemblyAttributes = false,
    };

    public static string Of(Assembly assembly)
    {
        string listing = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        foreach (var type in assembly.GetExportedTypes())
            foreach (var (name, array) in Arrays(type).Where(named => named.Type.GetArrayRank() > 1).Distinct())
                listing = WithRank(listing, type.Name, name, array.GetArrayRank());
        return listing;
    }

    /// <summary>What has an array for its type in a public type: properties, fields, results, and parameters, each by its name.</summary>
    private static IEnumerable<(string Name, Type Type)> Arrays(Type type)
    {
        var properties = type.GetProperties().Select(property => (property.Name, property.PropertyType));
        var fields = type.GetFields().Select(field => (field.Name, field.FieldType));
        var results = type.GetMethods().Select(method => (method.Name, method.ReturnType));
        var parameters = type.GetMethods().Concat<MethodBase>(type.GetConstructors()).SelectMany(method => method.GetParameters())
            .Select(parameter => (parameter.Name!, parameter.ParameterType));
        return [.. properties.Concat(fields).Concat(results).Concat(parameters).Where(named => named.Item2.IsArray)];
    }

    /// <summary>
    /// Puts the commas into the brackets before a name, in the lines between the head of its type and that type's closing brace.
    /// </summary>
    private static string WithRank(string listing, string type, string name, int rank)
    {
        var body = Regex.Match(
            listing, $@"^( *)public [\w ]*\b(class|struct|interface) {type}\b.*?^\1\}}", RegexOptions.Multiline | RegexOptions.Singleline);
        string commas = new(',', rank - 1);
        string ranked = Regex.Replace(body.Value, $@"\[\](\??) {name}\b", $"[{commas}]$1 {name}");
        return listing[..body.Index] + ranked + listing[(body.Index + body.Length)..];
    }
}
