using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Face;

/// <summary>The exported model of a step answers what the step adds to its rows.</summary>
public sealed class SaveAsOnnxTests
{
    private const double Near = 1e-4;

    public static TheoryData<string> Names => FaceCases.Names;

    public static TheoryData<string> StepNames => FaceCases.StepNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void Sequences_AnswerWhatTransformAnswers(string name)
    {
        var (step, rows) = FaceCases.Create(name);
        using var session = Session(step, OnnxForm.Sequences);
        var columns = Columns(session);
        var answers = step.Transform(rows);

        using var options = new RunOptions();
        using var results = session.Run(options, new FaceInputs(step, rows).OfSequences(), session.OutputNames);

        session.OutputNames.Should().OnlyContain(output => columns.ContainsKey(output));
        foreach (var (output, result) in session.OutputNames.Zip(results))
        {
            var expected = FaceAnswers.Read(answers, columns[output]);
            // Keys count from 1, places of classes from 0.
            int first = output == "predicted_label" && !session.OutputNames.Contains("probability") ? 1 : 0;
            Compare(expected, Numbers(result, first)).Should().BeLessThan(output == "predicted_label" ? double.Epsilon : Near, output);
        }
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public void Steps_AnswerWhatAStreamAnswers(string name)
    {
        var (step, rows) = FaceCases.Create(name);
        using var session = Session(step, OnnxForm.Step);
        var inputs = new FaceInputs(step, rows);
        int channels = step.Model.Options.Inputs, outputs = step.Model.Options.Outputs;
        var difference = new Difference();
        foreach (int row in new[] { 0, inputs.Sequences.Length - 1 })
        {
            var engine = step.CreateStreamingEngine();
            float[] state = new float[int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], null)];
            for (int time = 0; time < inputs.Sequences[row].Length / channels; time++)
            {
                float[] values = inputs.Sequences[row][(time * channels)..((time + 1) * channels)];
                float? interval = inputs.Intervals?[row][time];
                float[] measured = time < step.Scorer.Initial?.Steps
                    ? inputs.Measured![row][(time * outputs)..((time + 1) * outputs)]
                    : [];
                float[] expected = [.. measured.Length > 0 ? engine.Step(values, measured, interval ?? 1)
                    : interval is { } given ? engine.Step(values, given) : engine.Step(values)];

                var given1 = new OnnxInputs(step.Model.Options, 1);
                given1.AddSteps([values], interval is { } one ? [one] : null);
                given1.AddState(state, state.Length);
                if (step.Scorer.Initial is not null)
                    given1.Values.Add("measured", OrtValue.CreateTensorValueFromMemory(
                        measured.Length > 0 ? measured : [.. Enumerable.Repeat(float.NaN, outputs)], [1, outputs]));
                using var options = new RunOptions();
                using var results = session.Run(options, given1.Values, session.OutputNames);
                var named = session.OutputNames.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
                // A stream of a binary classifier answers with both probabilities.
                if (named.TryGetValue("probability", out var probability))
                    difference.Add(expected.AsSpan(1), probability.GetTensorDataAsSpan<float>());
                else
                    difference.Add(expected, named["score"].GetTensorDataAsSpan<float>());
                state = named["next_state"].GetTensorDataAsSpan<float>().ToArray();
            }
        }
        difference.Relative.Should().BeLessThan(Near);
    }

    [Theory]
    [InlineData(FaceCases.TwoWay, "*is bidirectional*Form = OnnxForm.Sequences*Bidirectional = false*")]
    [InlineData(FaceCases.Pairs, "*answers pairs of sequences*Form = OnnxForm.Sequences*")]
    public void Step_IsRefusedWhereThereIsNone(string name, string message)
    {
        var (step, _) = FaceCases.Create(name);

        step.Invoking(s => s.SaveAsOnnx(Stream.Null, new OnnxExportOptions { Form = OnnxForm.Step }))
            .Should().Throw<InvalidOperationException>().WithMessage(message);
    }

    [Fact]
    public void Metadata_NamesClassesAndColumns()
    {
        using var classes = Session(FaceCases.Create("Classes").Step, OnnxForm.Sequences);
        using var yesOrNo = Session(FaceCases.Create("Yes or no").Step, OnnxForm.Sequences);

        Classes(classes).Should().Equal("slow", "middling", "fast");
        Classes(yesOrNo).Should().Equal("False", "True");
        classes.ModelMetadata.CustomMetadataMap["task"].Should().Be("Classification");
        Columns(classes).Should().Equal(new Dictionary<string, string>
        {
            ["features"] = "Features", ["predicted_label"] = "PredictedLabel", ["score"] = "Score",
        });
    }

    [Fact]
    public void File_HoldsWhatTheStreamGets()
    {
        var (step, _) = FaceCases.Create("A number");
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}", "model.onnx");
        using var stream = new MemoryStream();
        try
        {
            step.SaveAsOnnx(path);
            step.SaveAsOnnx(stream);

            File.ReadAllBytes(path).Should().Equal(stream.ToArray());
            stream.CanWrite.Should().BeTrue("the stream stays open");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Classes_OfUnknownSequences_AreUnknown()
    {
        var (step, rows) = FaceCases.Create("Classes");
        using var session = Session(step, OnnxForm.Sequences);
        var inputs = new OnnxInputs(step.Model.Options, 1);
        inputs.AddSequences("", [[.. new FaceInputs(step, rows).Sequences[0][..^1], float.NaN]], null);

        using var options = new RunOptions();
        using var results = session.Run(options, inputs.Values, ["predicted_label"]);

        results[0].GetTensorDataAsSpan<long>()[0].Should().Be(-1);
    }

    private static InferenceSession Session(SequenceTransformer step, OnnxForm form)
    {
        using var stream = new MemoryStream();
        step.SaveAsOnnx(stream, new OnnxExportOptions { Form = form });
        return new InferenceSession(stream.ToArray());
    }

    private static Dictionary<string, string> Columns(InferenceSession session)
        => JsonSerializer.Deserialize<Dictionary<string, string>>(session.ModelMetadata.CustomMetadataMap["columns"])!;

    private static string[] Classes(InferenceSession session)
        => JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["classes"])!;

    private static float[] Numbers(OrtValue value, int first)
        => value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Int64
            ? Array.ConvertAll(value.GetTensorDataAsSpan<long>().ToArray(), place => (float)place + first)
            : value.GetTensorDataAsSpan<float>().ToArray();

    // The rows of a batch lie one behind the other, each with its padding.
    private static double Compare(float[][] expected, float[] actual)
    {
        var difference = new Difference();
        int stride = actual.Length / expected.Length;
        for (int i = 0; i < expected.Length; i++)
            difference.Add(expected[i], actual.AsSpan(i * stride, expected[i].Length));
        return difference.Relative;
    }
}
