using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ArchitectureZoo.Tasks;

/// <summary>
/// Selective copying (Gu and Dao 2023, arXiv:2312.00752, section 4.1.1): 4 of 64 steps carry a token, at random places in between
/// blanks; then 4 markers ask for the tokens in their order. What has to be remembered depends on what is read and not on when it is
/// read, and that is a choice which a linear time-invariant recurrence cannot make.
/// </summary>
/// <remarks>
/// The library has no classifier of single steps, so the network has an output for each token, which learns 1 for the right token and 0
/// for the others. The largest output is the answer.
/// </remarks>
internal sealed class SelectiveCopy : StepTask
{
    private const int Length = 64, Copied = 4, Tokens = 8, Blank = 0, Marker = Tokens + 1, Alphabet = Tokens + 2;

    public override string Name => "copy";

    public override IReadOnlyList<string> ScoreNames => ["accuracy"];

    protected override int Outputs => Tokens;

    protected override IDataView Load(MLContext mlContext, int count, int seed)
        => mlContext.Data.LoadFromEnumerable(Rows(count, seed, Draw));

    protected override IReadOnlyList<double> Score(MLContext mlContext, ITransformer model)
    {
        int right = 0, asked = 0;
        foreach (var answer in Answers(mlContext, model))
        {
            for (int step = Length; step < Length + Copied; step++, asked++)
            {
                var range = new Range(step * Tokens, (step + 1) * Tokens);
                if (TensorPrimitives.IndexOfMax(answer.Output.AsSpan(range)) == TensorPrimitives.IndexOfMax(answer.Target.AsSpan(range)))
                    right++;
            }
        }
        return [(double)right / asked];
    }

    internal static Row Draw(Random random)
    {
        int[] places = [.. Enumerable.Range(0, Length)];
        random.Shuffle(places);
        Array.Sort(places, 0, Copied);
        // The value of a key is 1 for the first symbol of the alphabet; 0 would be a missing one.
        var row = new Row
        {
            Input = [.. Enumerable.Repeat(Blank + 1u, Length), .. Enumerable.Repeat(Marker + 1u, Copied)],
            Target = new float[(Length + Copied) * Tokens],
        };
        for (int i = 0; i < Copied; i++)
        {
            int token = random.Next(Tokens);
            row.Input[places[i]] = (uint)(Blank + 1 + token) + 1;
            row.Target[(Length + i) * Tokens + token] = 1;
        }
        return row;
    }

    internal sealed class Row
    {
        [KeyType(Alphabet)]
        public uint[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
