using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// Shows rows of sequences as rows of numbers, one row for each time step and output, under the same two column names. That is what
/// ML.NET's evaluator of regressions takes.
/// </summary>
internal static class TimeStepView
{
    public static IDataView Create(MLContext context, IDataView scored, TargetColumns columns)
    {
        var schema = SchemaDefinition.Create(typeof(TimeStep));
        schema[nameof(TimeStep.Target)].ColumnName = columns.Target;
        schema[nameof(TimeStep.Output)].ColumnName = columns.Output;
        return context.Data.LoadFromEnumerable(Read(scored, columns), schema);
    }

    private static List<TimeStep> Read(IDataView scored, TargetColumns columns)
    {
        var (target, output) = (scored.Schema[columns.Target], scored.Schema[columns.Output]);
        using var cursor = scored.GetRowCursor([target, output]);
        var readTarget = cursor.GetGetter<VBuffer<float>>(target);
        var readOutput = cursor.GetGetter<VBuffer<float>>(output);
        VBuffer<float> targets = default, outputs = default;
        var steps = new List<TimeStep>();
        while (cursor.MoveNext())
        {
            readTarget(ref targets);
            readOutput(ref outputs);
            float[] actual = [.. targets.DenseValues()];
            steps.AddRange(outputs.DenseValues().Select((value, i) => new TimeStep { Target = actual[i], Output = value }));
        }
        return steps;
    }

    private sealed class TimeStep
    {
        public float Target { get; set; }

        public float Output { get; set; }
    }
}
