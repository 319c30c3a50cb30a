using System.Numerics;
using Microsoft.ML;

namespace ArchitectureZoo.Tasks;

/// <summary>
/// A delay line (Gu et al., "How to Train Your HiPPO", 2022, arXiv:2206.12037): the input is band-limited noise, and
/// the answer is the same noise 32 steps later. A linear system with enough states can do it.
/// </summary>
internal sealed class Delay : StepTask
{
    private const int Length = 200, Steps = 32;

    // The noise repeats itself after Period steps, which is longer than a sequence. Its highest frequency is Waves / Period, a tenth of
    // the sampling rate.
    private const int Period = 400, Waves = 40;

    public override string Name => "delay";

    public override IReadOnlyList<string> ScoreNames => ["fit %"];

    public override string ScoreFormat => "F1";

    protected override IDataView Load(MLContext mlContext, int count, int seed)
        => mlContext.Data.LoadFromEnumerable(Rows(count, seed, Draw));

    protected override IReadOnlyList<double> Score(MLContext mlContext, ITransformer model)
    {
        double squaredError = 0, squaredTarget = 0;
        foreach (var answer in Answers(mlContext, model))
        {
            for (int step = Steps; step < Length; step++)
            {
                squaredError += Math.Pow(answer.Output[step] - answer.Target[step], 2);
                squaredTarget += Math.Pow(answer.Target[step], 2);
            }
        }
        return [100 * (1 - Math.Sqrt(squaredError / squaredTarget))];
    }

    internal static Signal Draw(Random random)
    {
        var input = new float[Length];
        for (int wave = 1; wave <= Waves; wave++)
        {
            // Each frequency gets a complex Gaussian number, which makes noise whose spectrum is flat up to the highest frequency.
            var value =
                Complex.FromPolarCoordinates(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()) / Waves), Math.Tau * random.NextDouble());
            var turn = Complex.FromPolarCoordinates(1, Math.Tau * wave / Period);
            for (int step = 0; step < Length; step++, value *= turn)
                input[step] += (float)value.Real;
        }
        return new Signal { Input = input, Target = [.. new float[Steps], .. input[..^Steps]] };
    }
}
