// Mirrors Microsoft.ML.SearchSpace.SearchSpace (package Microsoft.ML.AutoML, assembly Microsoft.ML.SearchSpace): options by name,
// in the order of their names.
using System.Collections;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly Dictionary<string, OptionBase> _options = [];

    public SearchSpace()
    {
    }

    public override int FeatureSpaceDim => _options.Values.Sum(o => o.FeatureSpaceDim);

    public override double[] Default => [.. InOrder.SelectMany(o => o.Value.Default)];

    public override int?[] Step => [.. InOrder.SelectMany(o => o.Value.Step)];

    public ICollection<string> Keys => _options.Keys;

    public ICollection<OptionBase> Values => _options.Values;

    public int Count => _options.Count;

    public bool IsReadOnly => false;

    private IEnumerable<KeyValuePair<string, OptionBase>> InOrder => _options.OrderBy(o => o.Key);

    public OptionBase this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public override Parameter SampleFromFeatureSpace(double[] feature)
    {
        var parameter = Parameter.CreateNestedParameter();
        int from = 0;
        foreach (var (key, option) in InOrder)
        {
            parameter[key] = option.SampleFromFeatureSpace([.. feature.Skip(from).Take(option.FeatureSpaceDim)]);
            from += option.FeatureSpaceDim;
        }
        return parameter;
    }

    public override double[] MappingToFeatureSpace(Parameter parameter)
        => [.. InOrder.SelectMany(o => o.Value.MappingToFeatureSpace(parameter[o.Key]))];

    // As in the original, it is the hash of a text, the middle of the space, so that it is the same on every platform.
    public override int GetHashCode()
    {
        uint hash = 31;
        foreach (char c in SampleFromFeatureSpace([.. Enumerable.Repeat(0.5, FeatureSpaceDim)]).ToString())
            hash = ((hash << 5) + hash) ^ c;
        return (int)(hash >> 1);
    }

    public void Add(string key, OptionBase value) => _options.Add(key, value);

    public void Add(KeyValuePair<string, OptionBase> item) => _options.Add(item.Key, item.Value);

    public void Clear() => _options.Clear();

    public bool Contains(KeyValuePair<string, OptionBase> item) => _options.Contains(item);

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex)
        => ((ICollection<KeyValuePair<string, OptionBase>>)_options).CopyTo(array, arrayIndex);

    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    public bool Remove(string key) => _options.Remove(key);

    public bool Remove(KeyValuePair<string, OptionBase> item) => ((ICollection<KeyValuePair<string, OptionBase>>)_options).Remove(item);

    public bool TryGetValue(string key, out OptionBase value) => _options.TryGetValue(key, out value);

    IEnumerator IEnumerable.GetEnumerator() => _options.GetEnumerator();
}
