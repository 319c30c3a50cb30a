namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>Fills a parameter with its initial values.</summary>
internal delegate void Initializer(Span<float> values, Random random);

/// <summary>Sets parameters that depend on others, given the flat buffer of all.</summary>
internal delegate void Finisher(Span<float> values);

/// <summary>
/// Collects what the layers of a model declare: their parameters and their prepared values. Prepared values (discretised poles, scaled
/// matrices) depend on the parameters alone and are computed once an optimiser step, or once for a loaded model.
/// </summary>
/// <param name="declared">Sees each parameter when it is declared, and may end the declaration with an exception.</param>
internal sealed class ParameterLayout(Action<Parameter>? declared = null)
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<Initializer> _initializers = [];
    private readonly List<Finisher> _finishers = [];
    private readonly Stack<string> _scopes = new();
    private int _tables;

    /// <summary>The names of the scopes that are open, with dots between them.</summary>
    public string Path => string.Join('.', _scopes.Reverse());

    /// <summary>Floats of all parameters.</summary>
    public int Length { get; private set; }

    /// <summary>Floats of all prepared values: those with a gradient, then tables.</summary>
    public int PreparedLength => GradedLength + _tables;

    /// <summary>
    /// Floats of the prepared values that have a gradient. They come first, so memory for their gradients may end behind them.
    /// </summary>
    public int GradedLength { get; private set; }

    /// <summary>Where the prepared values hold discrete-time poles.</summary>
    public List<PreparedPoles> Poles { get; } = [];

    /// <summary>Runs <paramref name="declare"/>; the names of the parameters that it adds begin with <paramref name="scope"/>.</summary>
    public T Scope<T>(string scope, Func<T> declare)
    {
        _scopes.Push(scope);
        var result = declare();
        _scopes.Pop();
        return result;
    }

    public Parameter Add(string name, int[] shape, ParameterGroup group, Initializer initializer)
    {
        var parameter = new Parameter(_scopes.Count == 0 ? name : $"{Path}.{name}", shape, group, Length);
        // Without values there is nothing to keep in a file.
        if (parameter.Length == 0)
            return parameter;
        declared?.Invoke(parameter);
        _parameters.Add(parameter);
        _initializers.Add(initializer);
        Length += Fitting(parameter.Length);
        return parameter;
    }

    /// <summary>The declared parameter of that name, or <see langword="null"/> where there is none.</summary>
    public Parameter? Find(string name) => _parameters.Find(parameter => parameter.Name == name);

    /// <summary>Declares what is set once all parameters are drawn, for parameters that depend on others.</summary>
    public void Then(Finisher finish) => _finishers.Add(finish);

    /// <summary>Declares that a part of the prepared values holds discrete-time poles.</summary>
    public void AddPoles(Slot poles) => AddPoles(poles, (int)poles.Length / 2, n => n);

    /// <summary>As <see cref="AddPoles(Slot)"/>, for poles that do not lie side by side.</summary>
    public void AddPoles(Slot poles, int count, Func<int, int> placeOf) => Poles.Add(new(Path, poles, count, placeOf));

    public Slot AddPrepared(int length)
    {
        var slot = new Slot(GradedLength, length);
        GradedLength += Fitting(length);
        return slot;
    }

    /// <summary>Declares <paramref name="count"/> slots of prepared values, each of that length.</summary>
    public Slot[] AddPrepared(int length, int count)
    {
        var slots = new Slot[count];
        for (int i = 0; i < count; i++)
            slots[i] = AddPrepared(length);
        return slots;
    }

    /// <summary>Declares prepared values that are computed from other prepared values: they have no gradient of their own.</summary>
    public Table AddTable(int length)
    {
        var table = new Table(this, _tables, length);
        _tables += Fitting(length);
        return table;
    }

    // Parameters lie in one array, prepared values in another, and gradients of both in a third, so all must fit in one.
    private int Fitting(int added)
    {
        long all = (long)Length + PreparedLength + added;
        if (all > Array.MaxLength)
            throw new ArgumentException(
                $"The network is too large: up to '{Path}' it has {all} values, more than an array can hold, {Array.MaxLength}. Lower "
                + "Layers, ModelSize or StateSize of the architecture, or what its scaffold widens ModelSize by.");
        return added;
    }

    /// <summary>While <see cref="Create"/> runs, what may end it: initial values that take long to compute look at it.</summary>
    public CancellationToken Cancellation { get; private set; }

    /// <summary>The declared parameters, all zero, for values that come from elsewhere.</summary>
    public ParameterSet CreateZeros() => new(_parameters);

    /// <summary>The declared parameters with their initial values, drawn in the order of declaration.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ParameterSet Create(Random random, CancellationToken cancellation = default)
    {
        Cancellation = cancellation;
        var set = new ParameterSet(_parameters);
        var draws = cancellation.CanBeCanceled ? new CancellableRandom(random, cancellation) : random;
        for (int i = 0; i < _parameters.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _initializers[i](_parameters[i].Of(set.Values), draws);
        }
        foreach (var finish in _finishers)
            finish(set.Values);
        Cancellation = default;
        return set;
    }
}

/// <summary>A part of the prepared values without a gradient, which lie behind all those that have one.</summary>
internal sealed record Table(ParameterLayout Layout, int Offset, int Length)
{
    /// <summary>Where it begins among all prepared values; this is known once all are declared.</summary>
    public int Start => Layout.GradedLength + Offset;

    public Span<float> Of(Span<float> prepared) => prepared.Slice(Start, Length);

    public ReadOnlySpan<float> Of(ReadOnlySpan<float> prepared) => prepared.Slice(Start, Length);
}

/// <summary>A part of a flat buffer.</summary>
internal readonly record struct Slot(long Offset, long Length)
{
    public Span<float> Of(Span<float> flat) => flat.Slice(checked((int)Offset), checked((int)Length));

    public ReadOnlySpan<float> Of(ReadOnlySpan<float> flat) => flat.Slice(checked((int)Offset), checked((int)Length));

    /// <summary>The part that follows.</summary>
    public Slot Next(long length) => new(Offset + Length, length);
}
