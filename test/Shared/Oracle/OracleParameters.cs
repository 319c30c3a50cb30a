using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// The parameters of a layer or model in double, found by the names that the layers declare; a scope sees those under its dotted prefix.
/// </summary>
internal sealed class OracleParameters
{
    private readonly Dictionary<string, double[]> _values;
    private readonly string _prefix;

    private OracleParameters(Dictionary<string, double[]> values, string prefix) => (_values, _prefix) = (values, prefix);

    /// <summary>The arrays themselves, so that a numeric gradient can move their elements.</summary>
    public IReadOnlyDictionary<string, double[]> All => _values;

    public double[] this[string name] => _values[_prefix + name];

    public static OracleParameters Of(ParameterSet set)
        => new(set.Parameters.ToDictionary(p => p.Name, p => Array.ConvertAll(p.Of(set.Values).ToArray(), value => (double)value)), "");

    public static OracleParameters Of(Dictionary<string, double[]> values) => new(values, "");

    public bool Has(string name) => _values.ContainsKey(_prefix + name);

    public OracleParameters Scope(string scope) => new(_values, _prefix + scope + ".");
}
