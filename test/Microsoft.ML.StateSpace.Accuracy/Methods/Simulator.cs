using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A network that simulates records of one input and one output, and is judged by its FIT of other records.</summary>
internal static class Simulator
{
    /// <summary>What is trained, for a seed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="isLinear">Whether it is one linear layer, whose poles and input matrix have closed steps.</param>
    /// <param name="records">What is learnt from, what is judged by, and how many first samples of that do not count.</param>
    /// <param name="told">The first outputs that the model is told when it is judged.</param>
    public static Func<int, Learner> Of(
        NetworkOptions network, bool isLinear, Func<int, (Recording[] Train, Recording[] Test, int Skip)> records, int told = 0) => seed =>
    {
        var mlContext = new MLContext(seed);
        var (train, test, skip) = records(seed);
        // A row of the Jacobian is a forward and a backward pass over the sequence up to its step: (T + 1) / 2 steps in the mean of T rows.
        double jacobian = train.Sum(record => record.Steps * (record.Steps + 1.0)) / train.Sum(record => record.Steps);
        return new(
            training =>
            {
                var model = mlContext.Transforms.StateSpace.SequenceToSequence(new()
                {
                    OutputColumnName = "Output", InputColumnName = "Input", TargetColumnName = "Target", Architecture = network,
                    InitialOutputs = told, Training = training with { Seed = seed },
                }).Fit(View(mlContext, train));
                return new(model.Summary, () => Judge(model.Transform(View(mlContext, test, told)), test, skip));
            },
            new PassCount(jacobian, HasReadOut: true, HasInnerSteps: !isLinear));
    };

    private static double Judge(IDataView answers, Recording[] test, int skip)
        => Fit.Of(
            [.. test.SelectMany(record => record.Outputs[0].Skip(skip))],
            [.. answers.GetColumn<float[]>("Output").SelectMany(signal => signal.Skip(skip).Select(value => (double)value))]).Percent;

    // Rows of inputs and outputs, of one signal each, of which only some first ones are known where that is said.
    private static IDataView View(MLContext mlContext, IEnumerable<Recording> records, int? known = null)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Input)].ColumnType = schema[nameof(Row.Target)].ColumnType
            = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        return mlContext.Data.LoadFromEnumerable(
            records.Select(record => new Row
            {
                Input = Recording.TimeMajor(record.Inputs), Target = Known(Recording.TimeMajor(record.Outputs)),
            }),
            schema);

        float[] Known(float[] outputs)
        {
            outputs.AsSpan(Math.Min(known ?? outputs.Length, outputs.Length)).Fill(float.NaN);
            return outputs;
        }
    }

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
