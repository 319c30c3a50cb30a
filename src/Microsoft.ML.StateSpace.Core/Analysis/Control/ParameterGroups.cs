using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Sorts the trained parameters of a network into the groups that an analysis tells apart.</summary>
internal sealed class ParameterGroups
{
    private readonly int[] _groupOf; // of each parameter of the set; -1 where it is not trained

    public ParameterGroups(ParameterSet parameters)
    {
        Set = parameters;
        var names = new List<string>();
        _groupOf = new int[parameters.Parameters.Count];
        for (int i = 0; i < _groupOf.Length; i++)
        {
            var parameter = parameters.Parameters[i];
            if (parameter.Group == ParameterGroup.Fixed)
            {
                _groupOf[i] = -1;
                continue;
            }
            string name = NameOf(parameter);
            if (!names.Contains(name))
                names.Add(name);
            _groupOf[i] = names.IndexOf(name);
        }
        Names = names;
        Sizes = [.. names.Select((_, group) => Members(group).Sum(parameter => parameter.Length))];
    }

    public ParameterSet Set { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Values of each group.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>The parameters of a group.</summary>
    public IEnumerable<Parameter> Members(int group) => Set.Parameters.Where((_, i) => _groupOf[i] == group);

    /// <summary>The sum of the squares of all values.</summary>
    public double SumOfSquares
        => Enumerable.Range(0, Names.Count).SelectMany(Members).Sum(parameter => Reductions.SumOfSquares(parameter.Of(Set.Values)));

    /// <summary>Whether a group lies between the layers and the answer.</summary>
    public bool IsBehindLayers(int group) => Names[group] is "pooling" or "decoder";

    // A layer is named Blocks.i. Its core is Blocks.i.Core, or Blocks.i.Core.StateSpace where a scaffold has put more beside it. Instead of
    // a core there may be Blocks.i.Core.Attention.
    private string NameOf(Parameter parameter)
    {
        string[] path = parameter.Name.Split('.');
        if (path[0] != "Blocks")
            return path[0] switch { "Pool" => "pooling", var other => other.ToLowerInvariant() };
        string layer = $"{path[0]}.{path[1]}", core = $"{layer}.Core.", inner = $"{core}StateSpace.", attention = $"{core}Attention.";
        if (parameter.Name.StartsWith(attention, StringComparison.Ordinal))
            return $"{layer} attention";
        string prefix = Has(inner) ? inner : Has(attention) ? attention : core;
        return parameter.Name.StartsWith(prefix, StringComparison.Ordinal)
            ? $"{layer} {KindOf(parameter.Name[prefix.Length..], parameter.Group)}" : $"{layer} scaffold";
    }

    private bool Has(string scope) => Set.Parameters.Any(parameter => parameter.Name.StartsWith(scope, StringComparison.Ordinal));

    // By the letters of the papers, which the parameters of cores have.
    private static string KindOf(string name, ParameterGroup group) => name switch
    {
        "B" or "GammaLog" => "B",
        "C" or "CReverse" => "C",
        "D" => "D",
        _ => group == ParameterGroup.StateSpace ? "poles" : "gates",
    };
}
