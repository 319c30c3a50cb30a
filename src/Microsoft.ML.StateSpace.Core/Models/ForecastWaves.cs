namespace Microsoft.ML.StateSpace.Models;

/// <summary>The filters that ring with the waves of a season.</summary>
/// <param name="Real">The real parts of their poles, (Harmonics).</param>
/// <param name="Imaginary">The imaginary parts of their poles, (Harmonics).</param>
/// <param name="Gain">What of a value goes into them.</param>
/// <param name="Average">The average against which waves are measured, by its place: the first that is no shorter than the season.</param>
internal sealed record ForecastWaves(double[] Real, double[] Imaginary, double Gain, int Average)
{
    /// <summary>Seasons after which a ringing filter has lost most of what it had seen.</summary>
    private const double SeasonsKept = 3;

    public static ForecastWaves Of(ForecastShape shape)
    {
        double radius = shape.Season == 0 ? 0 : Math.Exp(-1 / (SeasonsKept * shape.Season));
        var waves = Enumerable.Range(1, shape.Harmonics).Select(i => Math.SinCos(2 * Math.PI * i / shape.Season)).ToArray();
        int average = Array.FindIndex(ForecastShape.TargetMemories, memory => memory >= shape.Season);
        return new(
            [.. waves.Select(wave => wave.Cos * radius)], [.. waves.Select(wave => wave.Sin * radius)], 1 - radius,
            average < 0 ? ForecastShape.TargetMemories.Length - 1 : average);
    }
}
