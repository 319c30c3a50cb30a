using System.Globalization;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Makes the ONNX model of a trained one, in one of its two forms.</summary>
internal static class ModelExport
{
    private const string Features = "features", Tokens = "tokens", Lengths = "lengths", Intervals = "intervals", Measured = "measured",
        Score = "score", Probability = "probability", PredictedLabel = "predicted_label", State = "state", NextState = "next_state";

    /// <summary>
    /// Makes the ONNX model of a trained one. Of whole sequences it takes <c>features</c> (batch, length, channels), or <c>tokens</c>
    /// (batch, length), int64, <c>lengths</c> (batch), int64, and <c>intervals</c> (batch, length) where the model has them; where examples
    /// are pairs, also <c>second_features</c> and <c>second_lengths</c>. Of steps it takes the same without the length, and <c>state</c>
    /// (batch, size), all zeros before the first step, and answers <c>next_state</c> beside the <c>score</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is exported.</param>
    /// <param name="metadata">Texts to store with it, beside those about its task and its state.</param>
    /// <param name="around">What is done around it; nothing, where it is left out.</param>
    /// <exception cref="InvalidOperationException">A step of a model that is not causal, or that answers pairs.</exception>
    /// <exception cref="NotSupportedException">The model cannot be exported.</exception>
    public static ModelProto Create(
        TrainedModel model, OnnxExportOptions options, IReadOnlyDictionary<string, string>? metadata = null, Surroundings? around = null)
    {
        around ??= Surroundings.None;
        var graph = new GraphBuilder("StateSpace");
        var inner = new GraphModel(graph, model, options, around);
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["task"] = model.Options.Task.ToString() };
        foreach (var (name, text) in metadata ?? new Dictionary<string, string>())
            texts[name] = text;
        if (options.Form == OnnxForm.Step)
        {
            RequireStep(inner.Network);
            long size = AddStep(graph, inner, model.Options, around);
            texts["state_size"] = size.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            AddSequences(graph, inner, model.Options, around);
        }
        return new ModelProto(graph.Graph, graph.OperatorSets, texts)
        {
            ProducerVersion = typeof(ModelExport).Assembly.GetName().Version!.ToString(3),
            Description = $"A state-space sequence model: {model.Options.Task}, {model.Options.Architecture.GetType().Name}.",
        };
    }

    private static void AddSequences(GraphBuilder graph, GraphModel inner, SequenceModelOptions model, Surroundings around)
    {
        var sequences = new List<SequenceInputs>();
        for (int i = 0; i < (model.HasPairs ? 2 : 1); i++)
        {
            string prefix = i == 0 ? "" : "second_", length = $"{prefix}length";
            var values = Inputs(graph, model, prefix, "batch", length);
            var lengths = graph.Input(prefix + Lengths, ElementType.Int64, ["batch"], "Valid time steps of each sequence.");
            var intervals = model.HasIntervals
                ? graph.Input(prefix + Intervals, ElementType.Float, ["batch", length], IntervalsMeaning).Unsqueeze(-1)
                : default;
            sequences.Add(new SequenceInputs(values, lengths, intervals));
        }
        var measured = MeasuredInput(graph, model, around, "batch", "told");
        var answer = inner.Answer(measured, [.. sequences]);
        AddAnswers(graph, answer, model, around.Answers, inner.Network.IsPooled ? ["batch"] : ["batch", "length"]);
    }

    private static long AddStep(GraphBuilder graph, GraphModel inner, SequenceModelOptions model, Surroundings around)
    {
        var values = Inputs(graph, model, "", "batch");
        var intervals = model.HasIntervals
            ? graph.Input(Intervals, ElementType.Float, ["batch"], IntervalsMeaning).Unsqueeze(-1)
            : default;
        var measured = MeasuredInput(graph, model, around, "batch");
        // How large the state is, is known once all layers have taken their parts.
        var extents = new List<object> { "batch", "state" };
        var state = graph.Input(State, ElementType.Float, extents, "What is remembered; all zeros before the first step.");
        var (answer, next, size) = inner.Step(values, intervals, measured, state);
        extents[1] = size;
        AddAnswers(graph, answer, model, around.Answers, ["batch"]);
        graph.Output(NextState, next, ["batch", size], "What is remembered, the state of the next step.");
        return size;
    }

    private static void RequireStep(SequenceModel network)
    {
        if (network.Options.HasPairs)
            throw NoStep("it answers pairs of sequences, once both are there. Export it with Form = OnnxForm.Sequences.");
        if (!network.IsCausal)
            throw NoStep(
                "it is bidirectional, so its answer to a time step depends on the steps that come after it. Export it with "
                + "Form = OnnxForm.Sequences, or train it with Bidirectional = false in its architecture.");
    }

    private static InvalidOperationException NoStep(string reason) => new($"This model cannot be exported as a step: {reason}");

    private static void AddAnswers(GraphBuilder graph, Value answer, SequenceModelOptions model, AnswerKind kind, object[] rows)
    {
        if (kind == AnswerKind.YesOrNo)
        {
            var (isYes, odds, probability) = YesOrNo.Of(answer);
            graph.Output(Score, odds, rows, "The logarithm of the odds of yes.");
            graph.Output(Probability, probability, rows, "The probability of yes.");
            graph.Output(PredictedLabel, isYes.To(ElementType.Int64), rows, "1 for yes, 0 for no.", ElementType.Int64);
            return;
        }
        graph.Output(
            Score, answer, [.. rows, (long)model.Outputs],
            model.Task.Target == TargetKind.Value ? "Values in the unit of the targets." : "Class probabilities.");
        if (kind == AnswerKind.Classes)
            graph.Output(PredictedLabel, LikeliestClass(answer), rows, "The likeliest class, from 0; -1 if unknown.", ElementType.Int64);
    }

    /// <summary>The likeliest class, from 0; -1 where the probabilities are not known: (..., classes) to (...), int64.</summary>
    public static Value LikeliestClass(Value probabilities)
        => probabilities.Slice(-1, 0, 1).Squeeze(-1).IsNaN().Choose(probabilities.Builder.Integer(-1), probabilities.Likeliest());

    private static Value Inputs(GraphBuilder graph, SequenceModelOptions model, string prefix, params object[] extents)
        => model.Vocabulary > 0
            ? graph.Input(prefix + Tokens, ElementType.Int64, extents, $"Tokens, 0 to {model.Vocabulary - 1}.").Unsqueeze(-1)
            : graph.Input(prefix + Features, ElementType.Float, [.. extents, (long)model.Inputs], "The values of the time steps.");

    private static Value MeasuredInput(GraphBuilder graph, SequenceModelOptions model, Surroundings around, params object[] extents)
        => around.FirstOutputs is { } first
            ? graph.Input(
                Measured, ElementType.Float, [.. extents, (long)model.Outputs],
                $"The outputs that were measured at the first {first.Told} time steps, in the unit of the targets; NaN is not known.")
            : default;

    private const string IntervalsMeaning = "Time from the step before to each step, in units of the usual one.";
}
