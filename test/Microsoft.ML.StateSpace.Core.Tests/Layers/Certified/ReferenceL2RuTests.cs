using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The certified layers and their oracle against reference values.</summary>
[Trait("Kind", "Law")]
public class ReferenceL2RuTests
{
    // The reference has a state's real and imaginary part side by side; here all real parts come first.
    private static readonly int[] PlaneOrder = [0, 2, 1, 3];

    [Fact]
    public void Dilation_MatchesReference()
    {
        const string Entry = "l2_diagonal_dilation";
        double gain = ReferenceValues.Number($"{Entry}/gamma");
        double[] radii = ReferenceValues.At($"{Entry}/rho"), phases = ReferenceValues.At($"{Entry}/theta");
        double[,] b = Dense.Of(ReferenceValues.At($"{Entry}/B"), 1), c = Dense.Of(ReferenceValues.At($"{Entry}/C"), 4),
            d = Dense.Of(ReferenceValues.At($"{Entry}/D"), 1);
        double[,] poles = new double[4, 4], sigma = new double[4, 4];
        for (int n = 0; n < 2; n++)
        {
            var (sin, cos) = Math.SinCos(phases[n]);
            (poles[n, n], poles[n, 2 + n], poles[2 + n, n], poles[2 + n, 2 + n]) = (radii[n] * cos, -radii[n] * sin, radii[n] * sin,
                radii[n] * cos);
            sigma[n, n] = sigma[2 + n, 2 + n] = Math.Sqrt(1 - radii[n] * radii[n]);
        }
        double[,] u = Dense.Of(ReferenceValues.At($"{Entry}/Uhat"), 1), v = Dense.Of(ReferenceValues.At($"{Entry}/Vhat"), 4),
            w = Dense.Of(ReferenceValues.At($"{Entry}/What"), 1);
        var system = L2Ru.Dilation(poles, sigma, Reorder(u), Reorder(v.T()).T(), w, gain);
        system.B.Flat().Should().BeNear(Reorder(b).Flat(), Tolerance.Reference, "B");
        system.C.Flat().Should().BeNear(Reorder(c.T()).T().Flat(), Tolerance.Reference, "C");
        system.D.Flat().Should().BeNear(d.Flat(), Tolerance.Reference, "D");

        double hinf = ReferenceValues.Number($"{Entry}/hinf"),
            found = GainAnalysis.HInfinityNorm(new LinearSystem(system.A, system.B, system.C, system.D), 1e-8);
        found.Should().BeApproximately(hinf, 2e-8 * hinf);
        hinf.Should().BeLessThan(gain);
    }

    [Fact]
    public void Square_MatchesReference()
    {
        const string Entry = "l2ru_square";
        double gain = ReferenceValues.Number($"{Entry}/gamma");
        var p = OracleParameters.Of(new Dictionary<string, double[]>
        {
            ["X11"] = Lower("X11"), ["X22"] = Lower("X22"), ["X21"] = ReferenceValues.At($"{Entry}/X21"),
            ["C"] = ReferenceValues.At($"{Entry}/C"), ["Dt"] = ReferenceValues.At($"{Entry}/Dtilde"),
            ["Alpha"] = ReferenceValues.At($"{Entry}/alpha"),
            ["Skew"] = [-ReferenceValues.Number($"{Entry}/skew")],
        });
        var (system, storage) = L2Ru.SquareSystem(p, gain, epsilon: 0);
        system.A.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/A"), Tolerance.Reference, "A");
        system.B.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/B"), Tolerance.Reference, "B");
        system.D.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/D"), Tolerance.Reference, "D");
        storage.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/P"), Tolerance.Reference, "P");

        var layout = new ParameterLayout();
        var layer = new L2RuSquare(layout, 2, gain, epsilon: 0);
        var parameters = layout.Create(new Random(1));
        foreach (var parameter in parameters.Parameters)
            p[parameter.Name].ToFloat().CopyTo(parameters[parameter.Name]);
        var found = Systems.Of(layer, layout, parameters);
        found.A.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/A"), Tolerance.Forward, "A of the layer");
        found.B.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/B"), Tolerance.Forward, "B of the layer");
        found.D.Flat().Should().BeNear(ReferenceValues.At($"{Entry}/D"), Tolerance.Forward, "D of the layer");
        double hinf = ReferenceValues.Number($"{Entry}/hinf");
        GainAnalysis.HInfinityNorm(new LinearSystem(system.A, system.B, system.C, system.D), 1e-8)
            .Should().BeApproximately(hinf, 2e-8 * hinf);
        GainAnalysis.HInfinityNorm(found, 1e-6).Should().BeApproximately(hinf, 1e-5 * hinf);
    }

    [Fact]
    public void Sandwich_MatchesReference()
    {
        double[,] u = Dense.Of(ReferenceValues.Wave(95, 9, 1), 3), v = Dense.Of(ReferenceValues.Wave(96, 6, 1), 3);
        var (a, b) = L2Ru.SandwichFactors(u, v);
        a.Flat().Should().BeNear(ReferenceValues.At("sandwich_cpl/Aq"), Tolerance.Reference, "A");
        b.Flat().Should().BeNear(ReferenceValues.At("sandwich_cpl/Bq"), Tolerance.Reference, "B");
        double[] y = L2Ru.Sandwich(u, v, ReferenceValues.Wave(97, 3), ReferenceValues.Wave(98, 3), [0.7, -1.2]);
        y.Should().BeNear(ReferenceValues.At("sandwich_cpl/sandwich"), Tolerance.Reference, "y");
    }

    [Fact]
    public void Selective_MatchesReference()
    {
        double[][] gates = [.. Enumerable.Range(86, 4).Select(wave => Array.ConvertAll(ReferenceValues.Wave(wave, 6, 4), Math.Tanh))];
        double[] input = ReferenceValues.Wave(85, 6, 1), y = ReferenceValues.At("l2_selective/y");
        double z = 0;
        var free = new float[24];
        for (int t = 0; t < 6; t++)
        {
            var (a, b, c, d) = L2Ru.ScalarDilation(gates[0][t], gates[1][t], gates[2][t], gates[3][t]);
            a.Should().BeApproximately(ReferenceValues.At("l2_selective/a")[t], Tolerance.Reference);
            b.Should().BeApproximately(ReferenceValues.At("l2_selective/b")[t], Tolerance.Reference);
            c.Should().BeApproximately(ReferenceValues.At("l2_selective/c")[t], Tolerance.Reference);
            d.Should().BeApproximately(ReferenceValues.At("l2_selective/d")[t], Tolerance.Reference);
            (c * z + d * input[t]).Should().BeApproximately(y[t], Tolerance.Reference);
            z = a * z + b * input[t];
            for (int gate = 0; gate < 4; gate++)
                free[4 * t + gate] = (float)ReferenceValues.Wave(86 + gate, 6, 4)[t];
        }
        z.Should().BeApproximately(ReferenceValues.Number("l2_selective/z_final"), Tolerance.Reference);

        float[] coefficients = new float[24], states = new float[7], outputs = new float[6];
        DilationGates.Forward(free, coefficients, 1);
        DilationScan.Forward(coefficients, input.ToFloat(), states, outputs, 1);
        outputs.Should().BeNear(y, Tolerance.Forward, "y of the kernels");
        states[6].Should().BeApproximately(z, Tolerance.Forward);
    }

    [Fact]
    public void HInfinityNorm_MatchesReference()
    {
        for (int i = 0; i < 3; i++)
        {
            string entry = $"hinf_examples/cases/{i}";
            int order = i == 2 ? 2 : 1;
            var system = new LinearSystem(
                Dense.Of(ReferenceValues.At($"{entry}/A"), order), Dense.Of(ReferenceValues.At($"{entry}/B"), 1),
                Dense.Of(ReferenceValues.At($"{entry}/C"), order),
                Dense.Of(ReferenceValues.At($"{entry}/D"), 1));
            double hinf = ReferenceValues.Number($"{entry}/hinf");
            GainAnalysis.HInfinityNorm(system, 1e-8).Should().BeInRange(hinf * (1 - 1e-9), hinf * (1 + 2e-8));
            var response = GainAnalysis.FrequencyResponse(system, 4097);
            response.Gains.Max().Should().BeApproximately(hinf, 1e-4 * hinf);
            response.Frequencies[response.Gains.ToList().IndexOf(response.Gains.Max())]
                .Should().BeApproximately(ReferenceValues.Number($"{entry}/w_peak"), Math.PI / 4096);
        }
    }

    private static double[,] Reorder(double[,] rows)
    {
        var ordered = (double[,])rows.Clone();
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < rows.GetLength(1); j++)
                ordered[i, j] = rows[PlaneOrder[i], j];
        return ordered;
    }

    private static double[] Lower(string name)
    {
        double[] square = ReferenceValues.At($"l2ru_square/{name}");
        return [square[0], square[2], square[3]];
    }
}
