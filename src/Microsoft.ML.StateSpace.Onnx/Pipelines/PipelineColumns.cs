using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Pipelines;

/// <summary>The columns that a step reads, as sequences of a batch that are equally long.</summary>
internal sealed class PipelineColumns(GraphBuilder graph, OnnxPipeline pipeline, SequenceTransformer transformer)
{
    private readonly SequenceColumn _input = transformer.Input;

    /// <summary>The sequences of the rows, of which there are two where rows hold pairs.</summary>
    public SequenceInputs[] Sequences => _input.Second is { } second ? [Sequence(_input), Sequence(second)] : [Sequence(_input)];

    /// <summary>What was measured of the first outputs, (batch, length, outputs), where the model is told such.</summary>
    public Value Measured => transformer.Scorer.Initial is { } initial
        ? Variable(initial.ColumnName).Reshape(0, -1, initial.Outputs)
        : default;

    private SequenceInputs Sequence(SequenceColumn column)
    {
        var values = column.Vocabulary > 0 ? Tokens(column) : Variable(column.Name).Reshape(0, -1, column.Channels);
        var lengths = values.Extent(1).Expand(values.Extent(0));
        var intervals = column.IntervalColumnName is { } name ? Variable(name).Reshape(0, -1, 1) : default;
        return new SequenceInputs(values, lengths, intervals);
    }

    // To ML.NET a key beyond its range is a missing one.
    private Value Tokens(SequenceColumn column)
    {
        var keys = Variable(column.Name).To(ElementType.Int64).Reshape(0, -1, 1);
        return keys.Less(graph.Integer(column.Vocabulary)).Choose(keys, graph.Integer(0));
    }

    private Value Variable(string column)
        => pipeline.Holds(column)
            ? new Value(graph, pipeline.VariableOf(column))
            : throw new NotSupportedException(
                $"The pipeline cannot be converted to ONNX: its step reads column '{column}', which comes from a step that cannot be "
                + "converted. Export the step alone with SaveAsOnnx.");
}
