using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Pipelines;

/// <summary>The columns that a step reads, as sequences of a batch that are equally long.</summary>
internal sealed class PipelineColumns(GraphBuilder graph, OnnxPipeline pipeline)
{
    /// <summary>The sequences of the rows, of which there are two where rows hold pairs.</summary>
    public SequenceInputs[] SequencesOf(SequenceTransformer transformer)
        => transformer.Input.Second is { } second ? [Sequence(transformer.Input), Sequence(second)] : [Sequence(transformer.Input)];

    /// <summary>What was measured of the first outputs, (batch, length, outputs), where the model is told such.</summary>
    public Value MeasuredOf(SequenceTransformer transformer)
        => transformer.Scorer.Initial is { } initial ? StepsOf(initial.ColumnName, initial.Outputs) : default;

    /// <summary>A column of time steps, (batch, length, values).</summary>
    public Value StepsOf(string column, int values) => Variable(column).Reshape(0, -1, values);

    /// <summary>The length of each of them, (batch), int64.</summary>
    public static Value LengthsOf(Value steps) => steps.Extent(1).Expand(steps.Extent(0));

    private SequenceInputs Sequence(SequenceColumn column)
    {
        var values = column.Vocabulary > 0 ? Tokens(column) : StepsOf(column.Name, column.Channels);
        var intervals = column.IntervalColumnName is { } name ? StepsOf(name, 1) : default;
        return new SequenceInputs(values, LengthsOf(values), intervals);
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
