using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>The core as filters.</content>
internal sealed partial class S4D : IFilterCore
{
    public LayerFilters? Filters(in Weights weights)
    {
        if (SobolevExponent is not null)
            return null;
        int count = InputSize * States;
        Complex[] poles = new Complex[count], b = new Complex[count];
        var c = Parameters.C.Select(_ => new Complex[count]).ToArray();
        var factors = new double[count];
        for (int i = 0; i < count; i++)
        {
            int h = i / States, n = i % States;
            var discrete = Discretize(weights.Values, h, n);
            (poles[i], b[i]) = (discrete.Pole, discrete.Factor * Parameters.Input(weights.Values, h, n));
            factors[i] = Parameters.InputVector is null ? 0 : Complex.Abs(discrete.Factor);
            for (int d = 0; d < c.Length; d++)
                c[d][i] = 2 * Parameters.ReadOut(weights.Values, d, h, n);
        }
        return new(InputSize, OutputSize, PerChannel: true, poles, b, c, factors, 2, IsPre: false);
    }
}
