using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>The core as filters.</content>
internal abstract partial class DiagonalCore : IFilterCore
{
    public LayerFilters Filters(in Weights weights)
    {
        int inputs = InputSize, outputs = OutputSize;
        ReadOnlySpan<float> lambda = Lambda.Of(weights.Prepared), input = InputMatrix.Of(weights.Prepared),
            trained = InputParameter.Of(weights.Values);
        var poles = new Complex[States];
        var b = new Complex[States * inputs];
        var c = OutputMatrices.Select(_ => new Complex[States * outputs]).ToArray();
        var factors = new double[States];
        for (int n = 0; n < States; n++)
        {
            poles[n] = new(lambda[n], lambda[States + n]);
            double prepared = 0, before = 0;
            for (int h = 0; h < inputs; h++)
            {
                int real = n * inputs + h, imaginary = real + States * inputs;
                b[real] = new(input[real], input[imaginary]);
                prepared = double.Hypot(prepared, Complex.Abs(b[real]));
                before = double.Hypot(before, double.Hypot(trained[real], trained[imaginary]));
            }
            factors[n] = before == 0 ? 0 : prepared / before;
            for (int d = 0; d < Directions; d++)
            {
                var output = OutputMatrices[d].Of(weights.Prepared);
                for (int h = 0; h < outputs; h++)
                    c[d][n * outputs + h] = new(output[2 * h * States + n], -output[(2 * h + 1) * States + n]);
            }
        }
        return new(inputs, outputs, PerChannel: false, poles, b, c, factors, OutputFactor, IsPre);
    }
}
