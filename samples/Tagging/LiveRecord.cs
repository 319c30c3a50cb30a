using Microsoft.ML.StateSpace;

namespace Tagging;

/// <summary>A record that comes in step by step, as from a motor that runs now.</summary>
internal static class LiveRecord
{
    /// <summary>
    /// Prints a line whenever the state or the answer changes, then how many answers were right and whether they are those that the
    /// whole record gets at once.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="engine">One stream of the model.</param>
    /// <param name="names">The state of each score.</param>
    /// <param name="expected">The scores of the whole record, (time steps, states).</param>
    public static void Show(MotorRecord record, StreamingEngine engine, string[] names, float[] expected)
    {
        int right = 0;
        float difference = 0;
        string lastState = "", lastAnswer = "";
        for (int k = 0; k < record.Label.Length; k++)
        {
            ReadOnlySpan<float> scores = engine.Step(record.Features.AsSpan(k * MotorRecord.Channels, MotorRecord.Channels));
            string state = record.Label[k], answer = names[MostProbable(scores)];
            if (state != lastState || answer != lastAnswer)
                Console.WriteLine($"{(double)k / TestBench.Rate,5:F1} s  is {state,-8}  answer {answer}");
            right += answer == state ? 1 : 0;
            for (int tag = 0; tag < names.Length; tag++)
                difference = MathF.Max(difference, MathF.Abs(scores[tag] - expected[k * names.Length + tag]));
            (lastState, lastAnswer) = (state, answer);
        }
        Console.WriteLine($"streamed: {right} of {record.Label.Length} answers are right, "
            + $"scores differ by at most {difference:G1} from those of the whole record");
    }

    private static int MostProbable(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int tag = 1; tag < scores.Length; tag++)
            best = scores[tag] > scores[best] ? tag : best;
        return best;
    }
}
