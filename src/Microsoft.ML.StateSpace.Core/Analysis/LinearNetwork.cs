using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Multiplies a network of linear layers out to one system. Step by step from the inputs to the outputs it holds what the stream is of all
/// states and of the inputs: <c>stream = C x + D u + level</c>, with the level that the stream has where the inputs stay at their means.
/// </summary>
internal sealed class LinearNetwork
{
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly Matrix _a;
    private readonly Matrix _b;
    private readonly double[] _settled;
    private Matrix _c;
    private Matrix _d;
    private Matrix _level;

    private LinearNetwork(SequenceNetwork network, ParameterSet parameters)
    {
        _parameters = parameters;
        _prepared = new float[network.Layout.PreparedLength];
        network.Prepare(Weights);
        FiniteModel.Require(parameters, _prepared);
        int inputs = network.Options.Inputs, order = Cores(network).Sum(core => core.Order);
        (_a, _b, _settled) = (new(order, order), new(order, inputs), new double[order]);
        (_c, _d, _level) = (new(network.InputStage.Width, order), new(network.InputStage.Width, inputs), new(network.InputStage.Width, 1));
        var deviations = network.Input!.Deviation.Of(parameters.Values);
        for (int i = 0; i < inputs; i++)
            _d[i, i] = 1.0 / deviations[i];
        for (int i = inputs; i < _level.Rows; i++)
            _level[i, 0] = 1; // every value was measured
        Pass((Linear)network.Encoder);
        for (int index = 0, first = 0; index < network.Branches; index++)
            first += Pass(network.Branch(index), first);
        Pass((Linear)network.Decoder);
    }

    private Weights Weights => new(_parameters.Values, _prepared);

    /// <exception cref="NotSupportedException">Something in the model is not linear and time-invariant, or not causal.</exception>
    public static LinearModel Of(TrainedModel model)
    {
        const string What = "A linear system of a whole model";
        var network = NetworkOf.Create(model, What);
        var architecture = network.Architecture;
        Refuse(model.Options.Task != SequenceTask.SequenceToSequence,
            $"a value at every time step, but the task of this one is {model.Options.Task}. Train it with SequenceToSequence.");
        Refuse(model.Options.Vocabulary > 0,
            "inputs that are real channels, but those of this one are tokens. Give it a column of Single.");
        Refuse(model.Options.HasIntervals,
            "steps that are equally far apart, but this one has intervals. Train it without IntervalColumnName.");
        Refuse(network.InputStage.Derived > 0,
            "channels as they are, but this one derives others from them. Train it with DerivedInputs = new(), which derives none.");
        Refuse(architecture.Bidirectional == true,
            "outputs that do not depend on later inputs, but this one reads both ways. Train it with Bidirectional = false.");
        Refuse(architecture.ChosenScaffold is not LinearScaffold,
            $"layers without a nonlinearity, but those of this one stand in {architecture.ChosenScaffold.GetType().Name}. Train it with "
            + "Scaffold = new LinearScaffold(), or ask LinearSystem.OfCore for the recurrence of one layer.");
        Refuse(network.Cores.Any(core => core is not ILinearCore),
            $"recurrences that can be written down, but this one has those of {architecture.GetType().Name}. Train it with "
            + $"{CoreDefinition.DiagonalOptions}.");
        return new LinearNetwork(network, model.Parameters.Clone()).Model(network);

        static void Refuse(bool isWrong, string why)
        {
            if (isWrong)
                throw new NotSupportedException($"{What} needs {why}");
        }
    }

    private LinearModel Model(SequenceNetwork network)
    {
        var output = network.Head.Output!;
        double[] deviations = [.. output.Deviation.Of(_parameters.Values).ToArray().Select(value => (double)value)],
            means = [.. output.Mean.Of(_parameters.Values).ToArray().Select(value => (double)value)];
        for (int o = 0; o < deviations.Length; o++)
        {
            foreach (ref double value in _c.Row(o))
                value *= deviations[o];
            foreach (ref double value in _d.Row(o))
                value *= deviations[o];
        }
        return new LinearModel(
            LinearSystem.From(_a, _b, _c, _d),
            [.. network.Input!.Mean.Of(_parameters.Values).ToArray().Select(value => (double)value)],
            [.. means.Select((mean, o) => mean + deviations[o] * _level[o, 0])],
            [.. _settled.Select(value => -value)]);
    }

    // The next stream is a linear map of this one.
    private void Pass(Linear layer)
    {
        var weight = WeightOf(layer);
        (_c, _d, _level) = (Product(weight, _c), Product(weight, _d), Product(weight, _level));
        if (layer.Bias is { } bias)
            for (int h = 0; h < _level.Rows; h++)
                _level[h, 0] += bias.Of(_parameters.Values)[h];
    }

    // The next stream is c x + (d + F) stream, with states x of its own, of which the first is given. Returns their number.
    private int Pass(ResidualBranch branch, int first)
    {
        // A core that has other channels than the layer stands between matrices.
        Layer[] layers = branch.Core is Sequential sequential ? sequential.Layers : [branch.Core];
        int place = Array.FindIndex(layers, layer => layer is ILinearCore);
        var core = (ILinearCore)layers[place];
        int order = core.Order;
        var (a, b, c, d) = TrainedCore.Zeros(order, layers[place].InputSize, layers[place].OutputSize);
        core.WriteSystem(Weights, a, b, c, d);
        if (place > 0)
            (b, d) = (Product(b, WeightOf((Linear)layers[0])), Product(d, WeightOf((Linear)layers[0])));
        if (place < layers.Length - 1)
            (c, d) = (Product(WeightOf((Linear)layers[^1]), c), Product(WeightOf((Linear)layers[^1]), d));
        int width = branch.InputSize;
        if (branch.Skip is { } skip)
            d.Add(WeightOf(skip));
        else
            d.AddToDiagonal(1);
        Matrix fromStates = Product(b, _c), fromInputs = Product(b, _d), settled = Settled(a, Product(b, _level));
        for (int n = 0; n < order; n++)
        {
            fromStates.Row(n).CopyTo(_a.Row(first + n));
            a.Row(n).CopyTo(_a.Row(first + n)[first..]);
            fromInputs.Row(n).CopyTo(_b.Row(first + n));
            _settled[first + n] = settled[n, 0];
        }
        (_c, _d, _level) = (Product(d, _c), Product(d, _d), Product(d, _level));
        _level.AddProduct(c, settled);
        for (int h = 0; h < width; h++)
            c.Row(h).CopyTo(_c.Row(h)[first..]);
        return order;
    }

    // The state that stays where its input does: x = a x + input. The poles of these cores lie inside the unit circle.
    private static Matrix Settled(Matrix a, Matrix input)
    {
        var inverse = new Matrix(a.Rows, a.Rows);
        inverse.Add(a, -1);
        inverse.AddToDiagonal(1);
        inverse.Invert(new int[a.Rows]);
        return Product(inverse, input);
    }

    private Matrix WeightOf(Linear layer)
    {
        var weight = new Matrix(layer.OutputSize, layer.InputSize);
        weight.Set(layer.Weight.Of(_parameters.Values));
        return weight;
    }

    private static Matrix Product(Matrix left, Matrix right)
    {
        var product = new Matrix(left.Rows, right.Columns);
        product.AddProduct(left, right);
        return product;
    }

    private static IEnumerable<ILinearCore> Cores(SequenceNetwork network) => network.Cores.Cast<ILinearCore>();
}
