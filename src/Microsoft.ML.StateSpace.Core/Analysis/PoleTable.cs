using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Reads the poles out of a model.</summary>
internal static class PoleTable
{
    public static IReadOnlyList<Pole> Of(TrainedModel model) => Of(SequenceModel.Create(model.Options), model.Parameters);

    public static IReadOnlyList<Pole> Of(SequenceModel model, ParameterSet parameters)
    {
        float[] prepared = new float[model.Layout.PreparedLength];
        model.Prepare(new Weights(parameters.Values, prepared));
        FiniteModel.Require(parameters, prepared);
        var poles = new List<Pole>();
        foreach (var (core, slot, count, placeOf) in model.Layout.Poles)
        {
            var planes = slot.Of(prepared.AsSpan());
            for (int n = 0; n < count; n++)
                poles.Add(new Pole(core, n, new Complex(planes[placeOf(n)], planes[planes.Length / 2 + placeOf(n)])));
        }
        return poles;
    }
}
