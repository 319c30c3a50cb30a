using System.Globalization;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Makes the ONNX model of a trained one, in one of its two forms.</summary>
internal static class ModelExport
{
    private const string Features = "features", Tokens = "tokens", Lengths = "lengths", Intervals = "intervals", Score = "score",
        State = "state", NextState = "next_state";

    /// <summary>
    /// Makes the ONNX model of a trained one. Of whole sequences it takes <c>features</c> (batch, length, channels), or <c>tokens</c>
    /// (batch, length), int64, <c>lengths</c> (batch), int64, and <c>intervals</c> (batch, length) where the model has them; where examples
    /// are pairs, also <c>second_features</c> and <c>second_lengths</c>. Of steps it takes the same without the length, and <c>state</c>
    /// (batch, size), all zeros before the first step, and answers <c>next_state</c> beside the <c>score</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is exported.</param>
    /// <param name="metadata">Texts to store with it, beside those about its task and its state.</param>
    /// <exception cref="InvalidOperationException">A step of a model that is not causal, or that answers pairs.</exception>
    /// <exception cref="NotSupportedException">The model cannot be exported.</exception>
    public static ModelProto Create(
        TrainedModel model, OnnxExportOptions options, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var network = SequenceModel.Create(model.Options);
        var prepared = new float[network.Layout.PreparedLength];
        network.Prepare(new Weights(model.Parameters.Values, prepared));
        var graph = new GraphBuilder("StateSpace");
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["task"] = model.Options.Task.ToString() };
        foreach (var (name, text) in metadata ?? new Dictionary<string, string>())
            texts[name] = text;
        if (options.Form == OnnxForm.Step)
        {
            network.RequireCausal();
            long size = AddStep(graph, network, model, prepared, options);
            texts["state_size"] = size.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            AddSequences(graph, network, model, prepared, options);
        }
        return new ModelProto(graph.Graph, graph.OperatorSets, texts)
        {
            ProducerVersion = typeof(ModelExport).Assembly.GetName().Version!.ToString(3),
            Description = $"A state-space sequence model: {model.Options.Task}, {model.Options.Architecture.GetType().Name}.",
        };
    }

    private static void AddSequences(
        GraphBuilder graph, SequenceModel network, TrainedModel model, float[] prepared, OnnxExportOptions options)
    {
        var sequences = new List<OnnxSequences>();
        for (int i = 0; i < (model.Options.HasPairs ? 2 : 1); i++)
        {
            string prefix = i == 0 ? "" : "second_", length = $"{prefix}length";
            var values = Inputs(graph, model.Options, prefix, "batch", length);
            var lengths = graph.Input(prefix + Lengths, ElementType.Int64, ["batch"], "Valid time steps of each sequence.");
            var intervals = model.Options.HasIntervals
                ? graph.Input(prefix + Intervals, ElementType.Float, ["batch", length], IntervalsMeaning).Unsqueeze(-1)
                : default;
            var pass = new WholePass(graph, model.Parameters, prepared, options, values, lengths, intervals);
            sequences.Add(new OnnxSequences(pass, model.Options.Vocabulary > 0 ? values : pass.OnlyValid(values)));
        }
        var answer = OnnxModels.Of(network).Answer([.. sequences]);
        object outputs = (long)model.Options.Outputs;
        graph.Output(Score, answer, network.IsPooled ? ["batch", outputs] : ["batch", "length", outputs], ScoreMeaning(model.Options));
    }

    private static long AddStep(
        GraphBuilder graph, SequenceModel network, TrainedModel model, float[] prepared, OnnxExportOptions options)
    {
        var values = Inputs(graph, model.Options, "", "batch");
        var intervals = model.Options.HasIntervals
            ? graph.Input(Intervals, ElementType.Float, ["batch"], IntervalsMeaning).Unsqueeze(-1)
            : default;
        var extents = new List<object> { "batch", "state" };
        var state = graph.Input(State, ElementType.Float, extents, "What is remembered; all zeros before the first step.");
        var pass = new StepPass(graph, model.Parameters, prepared, options, state, intervals);
        var answer = OnnxModels.Of(network).Answer(new OnnxSequences(pass, values));
        var next = pass.NextState;
        extents[1] = pass.StateSize;
        graph.Output(Score, answer, ["batch", (long)model.Options.Outputs], ScoreMeaning(model.Options));
        graph.Output(NextState, next, ["batch", pass.StateSize], "What is remembered, the state of the next step.");
        return pass.StateSize;
    }

    private static Value Inputs(GraphBuilder graph, SequenceModelOptions model, string prefix, params object[] extents)
        => model.Vocabulary > 0
            ? graph.Input(prefix + Tokens, ElementType.Int64, extents, $"Tokens, 0 to {model.Vocabulary - 1}.").Unsqueeze(-1)
            : graph.Input(prefix + Features, ElementType.Float, [.. extents, (long)model.Inputs], "The values of the time steps.");

    private const string IntervalsMeaning = "Time from the step before to each step, in units of the usual one.";

    private static string ScoreMeaning(SequenceModelOptions model)
        => model.Task.Target == TargetKind.Value ? "Values in the unit of the targets." : "Class probabilities.";
}
