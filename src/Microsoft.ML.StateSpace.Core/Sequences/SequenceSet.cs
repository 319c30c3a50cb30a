namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>Sequences in memory with their targets: a class each, or one vector a time step.</summary>
internal sealed class SequenceSet(int features, int targets)
{
    private readonly List<float[]> _values = [];
    private readonly List<int> _labels = [];
    private readonly List<float[]> _targets = [];

    /// <summary>Channels of a time step.</summary>
    public int Features { get; } = features;

    /// <summary>Targets of a time step; 0 where the target is a class.</summary>
    public int Targets { get; } = targets;

    public int Count => _values.Count;

    /// <summary>Time steps of sequence <paramref name="index"/>.</summary>
    public int Length(int index) => _values[index].Length / Features;

    /// <summary>(length, features).</summary>
    public ReadOnlySpan<float> Values(int index) => _values[index];

    /// <summary>The class, from 0.</summary>
    public int Label(int index) => _labels[index];

    /// <summary>(length, targets).</summary>
    public ReadOnlySpan<float> TargetsOf(int index) => _targets[index];

    /// <summary>Adds a sequence (length, features) with its class.</summary>
    public void Add(float[] values, int label)
    {
        CheckLength(values);
        _values.Add(values);
        _labels.Add(label);
    }

    /// <summary>Adds a sequence (length, features) with its targets (length, targets).</summary>
    public void Add(float[] values, float[] targets)
    {
        CheckLength(values);
        if (targets.Length / Targets != values.Length / Features)
            throw new ArgumentException($"A sequence of {values.Length / Features} steps needs {Targets} targets a step, {values.Length / Features * Targets} in all, but has {targets.Length}.");
        _values.Add(values);
        _targets.Add(targets);
    }

    /// <summary>The sequences at <paramref name="indices"/>, sharing memory with this set.</summary>
    public SequenceSet Select(IEnumerable<int> indices)
    {
        var selected = new SequenceSet(Features, Targets);
        foreach (int i in indices)
        {
            selected._values.Add(_values[i]);
            if (Targets == 0)
                selected._labels.Add(_labels[i]);
            else
                selected._targets.Add(_targets[i]);
        }
        return selected;
    }

    private void CheckLength(float[] values)
    {
        if (values.Length % Features != 0)
            throw new ArgumentException($"A sequence of {Features} channels must hold a multiple of {Features} values, but holds {values.Length}.");
    }
}
