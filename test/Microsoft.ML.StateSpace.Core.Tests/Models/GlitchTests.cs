using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>A finite input, however large, gives finite answers: at its step, and at every step behind it.</summary>
[Trait("Kind", "Law")]
public class GlitchTests
{
    private const int Length = 40, Step = 7;

    private static readonly float[] Glitches = [1e20f, -1e20f, 3.4e38f, float.MinValue];

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void AGlitch_LeavesEveryAnswerFinite(string name) => AssertFinite(ModelCases.Options(name), name, compares: true);

    public static TheoryData<NormKind?> Norms => [null, NormKind.LayerNorm, NormKind.RmsNorm, NormKind.None];

    [Theory]
    [MemberData(nameof(Norms))]
    public void AGlitch_LeavesEveryAnswerFinite_InAnyScaffoldOfAnyCore(NormKind? norm)
    {
        ScaffoldOptions[] scaffolds =
        [
            new GluScaffold(), new WienerScaffold(), new LinearScaffold(), new MlpScaffold(), new H3Scaffold(), new MambaScaffold(),
            new HawkScaffold(), new GriffinScaffold(),
        ];
        foreach (var core in CoreEnrolment.All.SelectMany(core => core.Streamed))
        {
            foreach (var scaffold in scaffolds)
            {
                bool isBare = norm == NormKind.None || scaffold is LinearScaffold;
                var options = new SequenceModelOptions
                {
                    Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2,
                    Architecture = core with
                    {
                        // Gates multiply, so that each layer raises its input to a power; without norms only one of them has the range.
                        Layers = isBare ? 1 : 3,
                        ModelSize = 12, StateSize = core.Core.HasStateSize ? 6 : null, Bidirectional = false, Dropout = 0,
                        Scaffold = scaffold, Norm = norm,
                    },
                };
                try
                {
                    options.Architecture.Validate();
                }
                catch (ArgumentException)
                {
                    continue; // a scaffold that does not go with this core
                }
                // Without norms an answer is a small difference of powers of the glitch, of which few digits are sure.
                AssertFinite(options, $"{core.GetType().Name} in {scaffold.GetType().Name}", compares: !isBare);
            }
        }
    }

    private static void AssertFinite(SequenceModelOptions options, string name, bool compares)
    {
        if (options.Vocabulary > 0)
            return; // tokens have no size
        var data = ModelCases.Data(options, Length, 30);
        var (_, parameters) = ModelCases.Create(options, data);
        var predictor = new SequencePredictor(new TrainedModel(options, parameters, Summary.None));
        foreach (float glitch in Glitches)
        {
            float[] values = ModelCases.WithGlitch(data, Step, glitch).Values(0).ToArray();
            var answers = new float[predictor.OutputLength(Length)];
            predictor.Predict(values, data.Intervals(0), answers);
            answers.Should().OnlyContain(y => float.IsFinite(y), $"{name}: a glitch of {glitch} is finite");
            if (options.Network.Bidirectional != false)
                continue;
            var stream = predictor.CreateStream();
            var streamed = new List<float>();
            for (int t = 0; t < Length; t++)
            {
                var interval = data.Intervals(0).IsEmpty ? 1 : data.Intervals(0)[t];
                float[] answer = stream.Step(values.AsSpan(t * options.Inputs, options.Inputs), interval).ToArray();
                answer.Should().OnlyContain(y => float.IsFinite(y), $"{name}, step {t}: a glitch of {glitch} is finite");
                if (answers.Length == answer.Length)
                    streamed.Clear();
                streamed.AddRange(answer);
            }
            if (compares)
                streamed.ToArray().Should().BeNear(answers.ToDouble(), Tolerance.Streaming, name);
        }
    }
}
