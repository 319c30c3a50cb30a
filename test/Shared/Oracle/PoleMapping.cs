using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The parameters of LRU and S5 that stand for a given pole, near those of before.</summary>
internal static class PoleMapping
{
    /// <summary>NuLog and ThetaLog of a pole; the angle is positive and the nearest to the old one.</summary>
    public static (double NuLog, double ThetaLog) Logarithms(Complex pole, double oldAngle)
    {
        double turns = Math.Round((oldAngle - pole.Phase) / (2 * Math.PI)), angle = pole.Phase + 2 * Math.PI * turns;
        if (angle <= 0)
            angle += 2 * Math.PI;
        return (Math.Log(-Math.Log(pole.Magnitude)), Math.Log(Math.Max(angle, 1e-6)));
    }

    /// <summary>Lambda of a pole with zero-order hold, with the imaginary part nearest to the old one.</summary>
    public static Complex Hold(Complex pole, double step, Complex old)
    {
        double turns = Math.Round((old.Imaginary * step - pole.Phase) / (2 * Math.PI));
        return new Complex(Math.Log(pole.Magnitude), pole.Phase + 2 * Math.PI * turns) / step;
    }

    /// <summary>What B is multiplied by with zero-order hold: <c>(exp(Lambda s) - 1) / Lambda</c>.</summary>
    public static Complex HoldFactor(Complex lambda, double step) => (Complex.Exp(lambda * step) - 1) / lambda;

    public static Complex Bilinear(Complex pole, double step) => 2 / step * (pole - 1) / (pole + 1);

    public static Complex BilinearFactor(Complex lambda, double step) => step / (1 - lambda * step / 2);
}
