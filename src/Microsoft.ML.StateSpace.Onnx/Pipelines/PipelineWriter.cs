using System.Reflection;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Onnx.Forecasting;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.Onnx.Pipelines;

/// <summary>
/// Writes a step into the ONNX model that ML.NET's own converter builds of a pipeline. Columns are inputs and outputs there, with the batch
/// in front of their dimensions, and all sequences of a batch are equally long. ML.NET writes operators of version 12, and nodes without
/// graphs and tensors in their attributes; those are added to the message that the converter will write.
/// </summary>
internal sealed class PipelineWriter : IOnnxWriter
{
    // The newest version that the converter writes.
    private const int OperatorSet = 12;

    public void Write(SequenceTransformer transformer, IReadOnlyList<OutputColumn> outputs, OnnxPipeline pipeline)
    {
        var graph = Begin(pipeline);
        var columns = new PipelineColumns(graph, pipeline);
        var model = new GraphModel(graph, transformer.Model, new OnnxExportOptions(), TransformerExport.AroundOf(transformer));
        var answer = model.Answer(columns.MeasuredOf(transformer), columns.SequencesOf(transformer));
        Add(pipeline, graph, outputs.Select(output => (output.Column.Type, output.Column.Name)).Zip(Answers(transformer, answer)));
    }

    public void Write(HistoryMapper mapper, OnnxPipeline pipeline)
    {
        var graph = Begin(pipeline);
        var columns = new PipelineColumns(graph, pipeline);
        var forecaster = new OnnxForecaster(graph, mapper.Model);
        var rows = columns.StepsOf(mapper.History.Name, mapper.Model.Shape.Width);
        var ahead = mapper.Ahead is { } column ? columns.StepsOf(column.Name, mapper.Model.Shape.AheadWidth) : default;
        var (point, lower, upper) = forecaster.Forecast(forecaster.Read(rows, PipelineColumns.LengthsOf(rows)), ahead);
        Value[] answers = [point, lower, upper];
        Add(pipeline, graph, mapper.Outputs.Select(output => ((output.Column.Type, output.Column.Name), answers[output.Output])));
    }

    private static GraphBuilder Begin(OnnxPipeline pipeline)
    {
        pipeline.RequireOperatorSet(OperatorSet);
        return new GraphBuilder("", OperatorSet, FreePrefix(pipeline));
    }

    private static void Add(
        OnnxPipeline pipeline, GraphBuilder graph, IEnumerable<((DataViewType Type, string Name) Column, Value Answer)> outputs)
    {
        RequireKnown(graph.Graph);
        var shaped = outputs.Select(output => (output.Column, Value: Shaped(output.Column.Type, output.Answer))).ToList();
        foreach (var tensor in graph.Graph.Initializers)
            Add(pipeline, new NodeProto("Constant", "", $"{tensor.Name}.Constant", [], [tensor.Name], [new("value", tensor)]));
        foreach (var node in graph.Graph.Nodes)
            Add(pipeline, node);
        foreach (var (column, value) in shaped)
        {
            string variable = pipeline.AddColumn(column.Type, column.Name);
            pipeline.AddNode("Identity", "", graph.Unique("Identity"), [value.Name], [variable]);
        }
    }

    // In the order of the step's columns.
    private static Value[] Answers(SequenceTransformer transformer, Value answer)
    {
        switch (TransformerExport.AroundOf(transformer).Answers)
        {
            case AnswerKind.YesOrNo:
                var (isYes, odds, probability) = YesOrNo.Of(answer);
                return [isYes, odds, probability];
            case AnswerKind.Classes:
                var key = ModelExport.LikeliestClass(answer) + answer.Builder.Constant([1L]);
                return [key.To(ElementType.UInt32), answer];
            default:
                return [answer];
        }
    }

    // A scalar is (batch, 1), a vector of unknown length (batch, values).
    private static Value Shaped(DataViewType type, Value answer) => type switch
    {
        VectorDataViewType { Size: > 0 } vector => answer.Reshape([-1, .. vector.Dimensions.Select(extent => (long)extent)]),
        VectorDataViewType => answer.Reshape(0, -1),
        _ => answer.Reshape(-1, 1),
    };

    // What is written here knows older forms of all operators but one, which the Sobolev filter of whole sequences needs.
    private static void RequireKnown(GraphProto graph)
    {
        foreach (var node in graph.Nodes)
        {
            if (node.Operator == "DFT")
                throw new NotSupportedException(
                    "This model cannot be converted with a pipeline: it needs the operator DFT of version 17, for its SobolevExponent, and "
                    + $"ML.NET's converter writes version {OperatorSet}. Export the step alone with SaveAsOnnx.");
            foreach (var body in node.Attributes.Select(attribute => attribute.Value).OfType<GraphProto>())
                RequireKnown(body);
        }
    }

    private static void Add(OnnxPipeline pipeline, NodeProto node)
    {
        foreach (string output in node.Outputs)
            pipeline.Declare(output);
        object added = pipeline.AddNode(node.Operator, node.Domain, node.Name, node.Inputs, node.Outputs);
        if (node.Attributes.Count > 0)
            MessageOf(added).MergeFrom(node.ToMessageOfAttributes().ToMemory().ToArray());
    }

    private static IMessage MessageOf(object node)
        => node.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(node)).OfType<IMessage>()
            .SingleOrDefault()
            ?? throw new NotSupportedException(
                "This version of Microsoft.ML.OnnxConverter builds models in a way that this library does not know. Use version 0.23.1 "
                + "of it, or export the step alone with SaveAsOnnx.");

    // A pipeline may have several of our steps.
    private static string FreePrefix(OnnxPipeline pipeline)
    {
        string prefix = Enumerable.Range(1, int.MaxValue).Select(i => $"StateSpace{i}").First(name => !pipeline.IsTaken(name));
        pipeline.Declare(prefix);
        return prefix + ".";
    }
}
