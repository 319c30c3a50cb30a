using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Studies the layers of a network one by one, with the inputs that the network gives them now. Sequences are dealt out to a fixed number
/// of shares, which run side by side, and sums are added share by share, so that no number of threads changes a bit.
/// </summary>
internal sealed class LayerStudy
{
    private const int MostShares = 16;
    private const double SmallChange = 0.01;

    private readonly NetworkShare[] _shares;
    private readonly double _weight;
    private readonly int _steps;
    private readonly bool _hasIntervals;
    private readonly bool _hasHeads; // a core runs several times in a pass, over other channels each time

    public LayerStudy(TrainedModel model, SequenceSet set)
    {
        const string What = "The analysis of what gradient descent can learn";
        NetworkOf.Require(model, What);
        NetworkOf.RequireSingleSequences(model, What);
        _hasIntervals = model.Options.HasIntervals;
        _hasHeads = ((NetworkOptions)model.Options.Architecture).ChosenScaffold is H3Scaffold { HeadSize: > 1 };
        int count = Math.Min(set.Count, MostShares);
        _shares = new NetworkShare[count];
        Parallel.For(0, count, i => _shares[i] = new NetworkShare(
            model, set, [.. Enumerable.Range(0, set.Count).Where(s => (long)s * count / set.Count == i)]));
        (_weight, _steps) = (_shares.Sum(share => share.Weight), Enumerable.Range(0, set.Count).Sum(set.Length));
    }

    /// <summary>Studies all layers, in order.</summary>
    public IReadOnlyList<LayerDynamics> Layers() => [.. Enumerable.Range(0, _shares[0].Cores.Count).Select(Study)];

    private LayerDynamics Study(int core)
    {
        var (studied, name) = (_shares[0].Cores[core], _shares[0].Names[core]);
        if (_hasHeads || (studied as IFilterCore)?.Filters(_shares[0].Weights) is not { } filters)
            return new(name, null, null, WhyNot(studied));
        var layer = new LinearizedLayer(filters);
        double largest = Lanczos.Largest(vector => Curve(core, layer, vector), layer.Parameters);
        var kernel = new LayerKernel(filters);
        var parts = new LayerKernel.Moments[_shares.Length];
        Parallel.For(0, parts.Length, i => parts[i] = kernel.Collect(_shares[i].Inputs[core], _shares[i].Slopes[core]));
        var spectrum = kernel.Spectrum(parts, _steps);
        // The loss is locally m/(2L) |y - target|^2: m is its curvature along its slope, and the residual is -L/m times the slope.
        double curvature = MeanCurvature(core), unit = curvature > 0 ? _steps / (curvature * _weight) : 0;
        return new(
            name, spectrum.Scaled(curvature) with { ResidualPower = curvature * unit * unit * spectrum.ResidualPower },
            2 / largest, null);
    }

    private string WhyNot(Layer core) => core switch
    {
        Bidirectional both => WhyNot(both.FromStart),
        _ when _hasIntervals => "It is not LTI: what it makes of a step depends on the time since the step before.",
        IFilterCore when _hasHeads => "It takes several groups of channels through one state space (H3Scaffold.HeadSize), so that a "
            + "parameter has several inputs and outputs.",
        IFilterCore => "Its kernel is filtered by frequency (SobolevExponent), so its outputs are no sums of those of single poles.",
        ConvolutionCore => "Its states are coupled by a matrix of rank one, so none of them learns as a mode of its own.",
        ILinearCore => "Its matrices come of one contraction, so no parameter belongs to a single pole.",
        _ => "It is not LTI: its coefficients depend on the input.",
    };

    // R' M R v, where M is the curvature of the mean loss with respect to the output of the layer.
    private Complex[] Curve(int core, LinearizedLayer layer, Complex[] vector)
    {
        double[][][] changes = Each((share, s) =>
        {
            var output = new double[share.Outputs[core][s].Length];
            layer.Forward(vector, share.Inputs[core][s], output);
            return output;
        });
        double[][][] curved = Curve(core, changes);
        var sums = new Complex[_shares.Length][];
        Parallel.For(0, _shares.Length, i =>
        {
            sums[i] = new Complex[vector.Length];
            for (int s = 0; s < _shares[i].Sequences; s++)
                layer.Backward(_shares[i].Inputs[core][s], curved[i][s], sums[i]);
        });
        var result = new Complex[vector.Length];
        foreach (var sum in sums)
            for (int i = 0; i < result.Length; i++)
                result[i] += sum[i];
        return result;
    }

    // M d
    private double[][][] Curve(int core, double[][][] changes)
    {
        double size = Math.Sqrt(Sum(changes, value => value * value));
        if (!(size > 0))
            return changes;
        double outputs = Math.Sqrt(_shares.Sum(share => share.Outputs[core].Sum(rows => rows.Sum(value => (double)value * value))));
        double scale = SmallChange * (outputs > 0 ? outputs : Math.Sqrt(_steps)) / size;
        return Each((share, s) =>
        {
            double[] curved = share.Curve(core, s, changes[Array.IndexOf(_shares, share)][s], scale);
            for (int i = 0; i < curved.Length; i++)
                curved[i] /= _weight;
            return curved;
        });
    }

    // L g' M g / g' g for the slope g; where the loss has none, along the output itself.
    private double MeanCurvature(int core)
    {
        double[][][] along = Each((share, s) => [.. share.Slopes[core][s].Select(value => (double)value)]);
        if (Sum(along, value => value * value) == 0)
            along = Each((share, s) => [.. share.Outputs[core][s].Select(value => (double)value)]);
        double[][][] curved = Curve(core, along);
        double product = 0;
        for (int i = 0; i < along.Length; i++)
            for (int s = 0; s < along[i].Length; s++)
                product += along[i][s].Zip(curved[i][s], (a, b) => a * b).Sum();
        return _steps * product / Sum(along, value => value * value);
    }

    private double[][][] Each(Func<NetworkShare, int, double[]> of)
    {
        var results = new double[_shares.Length][][];
        Parallel.For(0, _shares.Length, i =>
            results[i] = [.. Enumerable.Range(0, _shares[i].Sequences).Select(s => of(_shares[i], s))]);
        return results;
    }

    private static double Sum(double[][][] values, Func<double, double> of)
    {
        double sum = 0;
        foreach (double[][] share in values)
            foreach (double[] sequence in share)
                foreach (double value in sequence)
                    sum += of(value);
        return sum;
    }
}
