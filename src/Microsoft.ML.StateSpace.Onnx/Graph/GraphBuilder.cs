using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Graph;

/// <summary>
/// Builds a graph, node by node. While <see cref="Body"/> runs, nodes go into the graph of a body, such as that of <c>Scan</c>; a body sees
/// all values of the graphs around it. Constants always lie in the outermost graph, each once.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<string, TensorProto> _constants = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<string, long> _operatorSets = [];
    private readonly string _prefix;
    private GraphProto _current;

    /// <summary>
    /// The version of ONNX's operators in a file: the first with layer normalisation, which everything since 2022 reads.
    /// </summary>
    public const long Usual = 17;

    /// <param name="name">The graph's name.</param>
    /// <param name="operatorSet">The version of ONNX's operators.</param>
    /// <param name="prefix">What all names begin with that this builder chooses.</param>
    public GraphBuilder(string name, long operatorSet = Usual, string prefix = "")
    {
        (Graph, OperatorSet, _prefix) = (new GraphProto(name), operatorSet, prefix);
        _current = Graph;
        _operatorSets[""] = operatorSet;
    }

    /// <summary>The version of ONNX's operators.</summary>
    public long OperatorSet { get; }

    /// <summary>The outermost graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>The sets of operators that are used, with their versions.</summary>
    public IReadOnlyDictionary<string, long> OperatorSets => _operatorSets;

    /// <summary>Declares an input of the outermost graph.</summary>
    public Value Input(string name, ElementType type, IReadOnlyList<object> shape, string description)
    {
        Graph.Inputs.Add(new ValueInfoProto(Unique(name), type, shape, description));
        return new Value(this, name);
    }

    /// <summary>Makes a value an output of the outermost graph, under a name of its own.</summary>
    public void Output(string name, Value value, IReadOnlyList<object> shape, string description, ElementType type = ElementType.Float)
    {
        Graph.Nodes.Add(new NodeProto("Identity", "", Unique("Identity"), [value.Name], [Unique(name)], []));
        Graph.Outputs.Add(new ValueInfoProto(name, type, shape, description));
    }

    /// <summary>Adds a node with one output.</summary>
    public Value Node(string type, params ReadOnlySpan<Value> inputs) => Node(type, [], inputs);

    /// <summary>Adds a node with one output and attributes.</summary>
    public Value Node(string type, (string Name, object Value)[] attributes, params ReadOnlySpan<Value> inputs)
        => Nodes(type, 1, attributes, inputs)[0];

    /// <summary>Adds a node with some outputs.</summary>
    public Value[] Nodes(string type, int outputs, (string Name, object Value)[] attributes, params ReadOnlySpan<Value> inputs)
        => Nodes(type, "", outputs, attributes, inputs);

    /// <summary>
    /// Adds a node whose axes, or sizes, are an input since version 13 of the operators, and an attribute before.
    /// </summary>
    public Value[] NodesAlong(
        string type, int outputs, string name, long[] numbers, (string Name, object Value)[] attributes, Value input)
        => OperatorSet >= 13
            ? Nodes(type, outputs, attributes, input, Constant(numbers))
            : Nodes(type, outputs, [.. attributes, (name, numbers)], input);

    /// <summary>Adds a node of another set of operators than ONNX's own.</summary>
    public Value[] Nodes(
        string type, string domain, int outputs, (string Name, object Value)[] attributes, params ReadOnlySpan<Value> inputs)
    {
        string name = Unique(type);
        var inputNames = new List<string>();
        foreach (var input in inputs)
            inputNames.Add(input.Name ?? "");
        string[] outputNames = [.. Enumerable.Range(0, outputs).Select(i => outputs == 1 ? $"{name}.y" : $"{name}.y{i}")];
        _current.Nodes.Add(
            new NodeProto(type, domain, name, inputNames, outputNames, [.. attributes.Select(a => new AttributeProto(a.Name, a.Value))]));
        return [.. outputNames.Select(output => new Value(this, output))];
    }

    /// <summary>Declares that the graph uses a set of operators.</summary>
    public void Use(string domain, long version) => _operatorSets[domain] = version;

    /// <summary>The graph of a body, whose nodes are those that are added while <paramref name="build"/> runs.</summary>
    public GraphProto Body(string name, Action<GraphProto> build)
    {
        var outer = _current;
        var body = _current = new GraphProto(Unique(name));
        build(body);
        _current = outer;
        return body;
    }

    /// <summary>One of two values; only that which is asked for is computed when the model runs.</summary>
    /// <param name="condition">A truth value, as a vector of one.</param>
    /// <param name="ifTrue">Builds a value of floats.</param>
    /// <param name="ifFalse">Builds the other one.</param>
    public Value If(Value condition, Func<Value> ifTrue, Func<Value> ifFalse)
    {
        GraphProto Branch(Func<Value> build) => Body(
            "Branch", body => body.Outputs.Add(new ValueInfoProto(Node("Identity", build()).Name, ElementType.Float, null)));
        return Node("If", [("then_branch", Branch(ifTrue)), ("else_branch", Branch(ifFalse))], condition);
    }

    /// <summary>
    /// A name that no other value or node of the model has; behind the prefix <paramref name="name"/> itself the first time.
    /// </summary>
    public string Unique(string name)
    {
        int count = CollectionsMarshal.GetValueRefOrAddDefault(_names, name, out _)++;
        return count == 0 ? _prefix + name : Unique($"{name}_{count}");
    }

    /// <summary>A tensor of floats.</summary>
    public Value Constant(string name, ReadOnlySpan<float> values, params long[] shape)
        => Constant(name, ElementType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A tensor of doubles, for what is computed when the model is loaded.</summary>
    public Value Doubles(string name, ReadOnlySpan<double> values, params long[] shape)
        => Constant(name, ElementType.Double, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A scalar.</summary>
    public Value Constant(float value) => Constant(FormattableString.Invariant($"{value}"), [value]);

    /// <summary>Whole numbers, as a vector.</summary>
    public Value Constant(params ReadOnlySpan<long> values)
        => Constant("Integers", ElementType.Int64, MemoryMarshal.AsBytes(values), values.Length);

    /// <summary>Whole numbers, as a tensor.</summary>
    public Value Integers(string name, ReadOnlySpan<long> values, params long[] shape)
        => Constant(name, ElementType.Int64, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A whole number, as a scalar.</summary>
    public Value Integer(long value) => Constant("Integer", ElementType.Int64, MemoryMarshal.AsBytes([value]));

    /// <summary>A truth value, as a scalar.</summary>
    public Value Boolean(bool value) => Constant("Boolean", ElementType.Bool, [value ? (byte)1 : (byte)0]);

    // Equal tensors are kept once, whatever their names.
    private Value Constant(string name, ElementType type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        string key = $"{type} {string.Join(',', shape)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
        if (!_constants.TryGetValue(key, out var tensor))
        {
            tensor = new TensorProto(Unique(name), type, shape, bytes.ToArray());
            _constants.Add(key, tensor);
            Graph.Initializers.Add(tensor);
        }
        return new Value(this, tensor.Name);
    }
}
