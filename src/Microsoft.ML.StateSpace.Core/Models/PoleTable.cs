using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>Reads the poles out of a model.</summary>
internal static class PoleTable
{
    public static IReadOnlyList<Pole> Of(TrainedModel model) => Of(new SequenceModel(model.Options), model.Parameters);

    public static IReadOnlyList<Pole> Of(SequenceModel model, ParameterSet parameters)
    {
        float[] prepared = new float[model.Layout.PreparedLength];
        model.Prepare(new Weights(parameters.Values, prepared));
        return [.. model.Layout.Poles.SelectMany(entry => Of(entry.Core, prepared.AsSpan(entry.Poles.Offset, entry.Poles.Length).ToArray()))];
    }

    private static IEnumerable<Pole> Of(string core, float[] planes)
        => Enumerable.Range(0, planes.Length / 2).Select(n => new Pole(core, n, new Complex(planes[n], planes[planes.Length / 2 + n])));
}
