using Microsoft.ML;

namespace ArchitectureZoo.Tasks;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997): 100 numbers from [0, 1], two of which are marked, one in each half. The
/// answer is the sum of these two. Who always answers 1 has a mean squared error of 1/6.
/// </summary>
/// <remarks>
/// The library has no regression with one value for a sequence. So every step is asked for the sum so far, which is easier to learn,
/// and only the last answer counts.
/// </remarks>
internal sealed class Adding : StepTask
{
    private const int Length = 100;

    public override string Name => "adding";

    public override IReadOnlyList<string> ScoreNames => ["mean squared error"];

    public override string ScoreFormat => "F4";

    protected override int Channels => 2;

    protected override IDataView Load(MLContext mlContext, int count, int seed)
        => mlContext.Data.LoadFromEnumerable(Rows(count, seed, Draw));

    protected override IReadOnlyList<double> Score(MLContext mlContext, ITransformer model)
        => [Answers(mlContext, model).Average(answer => Math.Pow(answer.Output[^1] - answer.Target[^1], 2))];

    internal static Signal Draw(Random random)
    {
        var input = new float[2 * Length];
        for (int step = 0; step < Length; step++)
            input[2 * step] = random.NextSingle();
        int first = random.Next(Length / 2), second = random.Next(Length / 2, Length);
        input[2 * first + 1] = input[2 * second + 1] = 1;
        var target = new float[Length];
        for (int step = first; step < Length; step++)
            target[step] = input[2 * first] + (step >= second ? input[2 * second] : 0);
        return new Signal { Input = input, Target = target };
    }
}
