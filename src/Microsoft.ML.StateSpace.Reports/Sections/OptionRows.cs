using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Options as rows of a table: what a model file would hold of them, by their own names.</summary>
internal static class OptionRows
{
    private const int MostItems = 12;

    /// <param name="options">A record of options.</param>
    /// <param name="without">Members that are left out.</param>
    public static IEnumerable<(string Name, string Value)> Of(object options, params string[] without)
        => Members(options).Where(member => !without.Contains(member.Name))
            .SelectMany(member => Of(member.Name, member.GetValue(options)));

    private static IEnumerable<(string, string)> Of(string name, object? value) => value switch
    {
        null => [],
        string text => [(name, Page.Name(text))],
        bool isSo => [(name, isSo ? "true" : "false")],
        double number => [(name, Number.Option(number))],
        float number => [(name, Number.Option(number))],
        Enum or IConvertible => [(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")],
        IEnumerable items => OfItems(name, [.. items.Cast<object?>()]),
        _ => [(name, value.GetType().Name), .. Members(value).SelectMany(m => Of($"{name}.{m.Name}", m.GetValue(value)))],
    };

    private static IEnumerable<(string, string)> OfItems(string name, object?[] items)
    {
        if (items.Length == 0)
            return [];
        if (!Array.TrueForAll(items, item => item is IConvertible))
            return items.SelectMany((item, i) => Of($"{name}[{i}]", item));
        string more = items.Length > MostItems ? $", … ({items.Length})" : "";
        return [(name, string.Join(", ", items.Take(MostItems).Select(item => Of("", item).Single().Item2)) + more)];
    }

    // What a derived record adds stands before what its base has.
    private static PropertyInfo[] Members(object options) => RecordShape.Members(options.GetType());
}
