using Microsoft.ML;

namespace ArchitectureZoo.Tasks;

/// <summary>
/// Parity: is the number of ones so far odd? The network learns on sequences of 32 bits and is tested on 32 and on 128. A state
/// that only decays cannot change its sign whenever a one comes, so most architectures learn the lengths that they have seen and no
/// others (Merrill, Petty and Sabharwal, "The Illusion of State", 2024, arXiv:2404.08819).
/// </summary>
internal sealed class Parity : StepTask
{
    private const int Length = 32, LongLength = 128, LongCount = 512, LongSeed = 2_000_003;

    public override string Name => "parity";

    public override IReadOnlyList<string> ScoreNames => [$"accuracy at {Length}", $"at {LongLength}"];

    protected override IDataView Load(MLContext mlContext, int count, int seed) => Load(mlContext, count, seed, Length);

    protected override IReadOnlyList<double> Score(MLContext mlContext, ITransformer model)
        => [Accuracy(Answers(mlContext, model)), Accuracy(AnswersTo(mlContext, model, Load(mlContext, LongCount, LongSeed, LongLength)))];

    private static IDataView Load(MLContext mlContext, int count, int seed, int length)
        => mlContext.Data.LoadFromEnumerable(Rows(count, seed, random => Draw(random, length)));

    /// <summary>The share of sequences whose last answer, of all bits, is right.</summary>
    private static double Accuracy(List<Answer> answers)
        => answers.Average(answer => answer.Output[^1] > 0.5 == answer.Target[^1] > 0.5 ? 1.0 : 0.0);

    internal static Signal Draw(Random random, int length)
    {
        var signal = new Signal { Input = new float[length], Target = new float[length] };
        int ones = 0;
        for (int step = 0; step < length; step++)
        {
            int bit = random.Next(2);
            ones += bit;
            signal.Input[step] = bit;
            signal.Target[step] = ones % 2;
        }
        return signal;
    }
}
