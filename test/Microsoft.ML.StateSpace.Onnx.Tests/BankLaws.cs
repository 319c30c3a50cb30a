using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>What the cases of banks, whose read-outs are fitted to noise and so are small, do not show.</summary>
public sealed class BankLaws
{
    // As in ModelLaws.
    private const double Near = 1e-4;

    public static TheoryData<string> Names =>
        [.. StepBankCases.All.Keys, "Bank, linear", "Bank, linear, intervals, missing values"];

    public static TheoryData<string> CausalNames =>
        [.. Names.Select<object[], string>(row => (string)row[0]).Where(name => !TrainedCases.Options(name).Architecture.ReadsBothWays)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sequences_WithAReadOutOfAnySize_AnswerWhatTheManagedEngineAnswers(string name)
    {
        using var exported = Create(name, OnnxForm.Sequences);
        exported.CompareSequences().Should().BeLessThan(Near);
    }

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void Steps_WithAReadOutOfAnySize_AnswerWhatAStreamAnswers(string name)
    {
        using var exported = Create(name, OnnxForm.Step);
        exported.CompareSteps().Should().BeLessThan(Near);
    }

    // Floats count exactly only so far; a stream that is longer halves what it has counted, here after eight steps.
    [Fact]
    public void Steps_MoreThanAreCounted_HalveTheCounts()
    {
        const int Steps = 40;
        var trained = TrainedCases.Create("Bank");
        var values = trained.Parameters.Values.ToArray();
        var model = new BankModel(trained.Options, new ParameterLayout(null), mostCounted: 8);
        var prepared = new float[model.Layout.PreparedLength];
        model.Prepare(new Weights(values, prepared));
        var graph = new GraphBuilder("Bank");
        var features = graph.Input("features", ElementType.Float, ["batch", 2L], "");
        var pass = new StepPass(
            graph, trained.Parameters, prepared, new() { Form = OnnxForm.Step },
            graph.Input("state", ElementType.Float, ["batch", "state"], ""), default);
        graph.Output("score", new OnnxBank(model).Answer(new OnnxSequences(pass, features)), ["batch", 3L], "");
        graph.Output("next_state", pass.NextState, ["batch", pass.StateSize], "");
        using var session = new InferenceSession(
            new ModelProto(graph.Graph, graph.OperatorSets, new SortedDictionary<string, string>()).ToMemory().ToArray());

        float[] inputs = Draw.Uniform(2 * Steps, -3, 5, 7), state = new float[pass.StateSize], expected = new float[3];
        float[] managedState = new float[model.StateSize], scratch = new float[model.StepScratchSize];
        var difference = new Difference();
        for (int time = 0; time < Steps; time++)
        {
            float[] input = inputs[(2 * time)..(2 * time + 2)];
            using var options = new RunOptions();
            using var results = session.Run(
                options,
                new Dictionary<string, OrtValue>
                {
                    ["features"] = OrtValue.CreateTensorValueFromMemory(input, [1, 2]),
                    ["state"] = OrtValue.CreateTensorValueFromMemory(state, [1, state.Length]),
                },
                ["score", "next_state"]);
            state = results[1].GetTensorDataAsSpan<float>().ToArray();
            scratch.AsSpan().Clear();
            model.Step(
                new Pass { Weights = new Weights(values, prepared), Starts = [0, 1], Scratch = scratch }, time, input, expected,
                managedState);
            model.Finish(values, expected);
            difference.Add(expected, results[0].GetTensorDataAsSpan<float>());
        }
        difference.Relative.Should().BeLessThan(Near);
    }

    private static OnnxCase Create(string name, OnnxForm form)
    {
        var trained = TrainedCases.Create(name);
        var values = trained.Parameters.Values;
        Parameter[] drawn = SequenceModel.Create(trained.Options) switch
        {
            StepBankModel { Bank: { Feedback: { } feedback } bank } => [bank.ReadOut, bank.Share!, feedback.Weights],
            StepBankModel model => [model.Bank.ReadOut],
            var model => [((BankModel)model).Weight],
        };
        foreach (var parameter in drawn)
            Draw.Uniform(parameter.Of(values).Length, -0.3, 0.3, 9).CopyTo(parameter.Of(values));
        return new OnnxCase(trained, ModelCases.Data(trained.Options, 37, 1, 70, 16, 52), new() { Form = form });
    }
}
