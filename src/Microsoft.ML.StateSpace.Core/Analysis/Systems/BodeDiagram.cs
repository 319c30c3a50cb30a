using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The response of a linear system to sines, <c>G(e^{i 2 pi f})</c>, as data for a plot.</summary>
/// <param name="Frequencies">f, in oscillations a time step, or in Hz where a sample time was given.</param>
/// <param name="MagnitudeDecibels"><c>20 log10 |G|</c>, (frequencies, outputs, inputs); minus infinity where nothing passes.</param>
/// <param name="PhaseDegrees">
/// The phase of G in degrees, (frequencies, outputs, inputs). From one frequency to the next it takes the nearer way, so that it does not
/// jump by 360 degrees where the frequencies are close enough.
/// </param>
public sealed record BodeDiagram(IReadOnlyList<double> Frequencies, double[,,] MagnitudeDecibels, double[,,] PhaseDegrees)
{
    internal static BodeDiagram Of(LinearSystem system, IReadOnlyList<double> frequencies, double? sampleTime)
    {
        double nyquist = 0.5 / (sampleTime ?? 1);
        var magnitude = new double[frequencies.Count, system.Outputs, system.Inputs];
        var phase = new double[frequencies.Count, system.Outputs, system.Inputs];
        for (int k = 0; k < frequencies.Count; k++)
        {
            double frequency = frequencies[k];
            if (!(frequency >= 0 && frequency <= nyquist * (1 + 1e-12)))
                throw new ArgumentOutOfRangeException(
                    nameof(frequencies), frequency,
                    $"A frequency must lie between 0 and the Nyquist frequency {nyquist} "
                    + (sampleTime is null ? "oscillations a time step. Give a sampleTime for frequencies in Hz." : "Hz."));
            var transfer = system.TransferFunction(Complex.FromPolarCoordinates(1, Math.PI * frequency / nyquist));
            for (int o = 0; o < system.Outputs; o++)
            {
                for (int i = 0; i < system.Inputs; i++)
                {
                    magnitude[k, o, i] = 20 * Math.Log10(Complex.Abs(transfer[o, i]));
                    double degrees = transfer[o, i].Phase * 180 / Math.PI;
                    phase[k, o, i] = k == 0 ? degrees : degrees + 360 * Math.Round((phase[k - 1, o, i] - degrees) / 360);
                }
            }
        }
        return new BodeDiagram([.. frequencies], magnitude, phase);
    }
}
