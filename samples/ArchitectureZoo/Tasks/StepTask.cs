using Microsoft.ML;
using Microsoft.ML.StateSpace;

namespace ArchitectureZoo.Tasks;

/// <summary>A synthetic task with an answer for every time step; its rows are drawn from a seed, as many as wanted.</summary>
internal abstract class StepTask : ZooTask
{
    private const int TrainingCount = 4096, TestCount = 512, TestSeed = 1_000_003;

    /// <summary>Answers of a time step.</summary>
    protected virtual int Outputs => 1;

    /// <summary>Values of a time step.</summary>
    protected virtual int Channels => 1;

    public override Outcome Run(MLContext mlContext, ArchitectureOptions architecture, Budget budget)
    {
        var training = Load(mlContext, TrainingCount, budget.Seed);
        var model = mlContext.Transforms.StateSpace.SequenceToSequence(new()
        {
            Architecture = architecture,
            Channels = Channels,
            Outputs = Outputs,
            Training = budget.On(TrainingCount),
        }).Fit(training);
        return new(model.Summary, Score(mlContext, model));
    }

    /// <summary>Rows with the columns Input and Target, decided by the seed.</summary>
    protected abstract IDataView Load(MLContext mlContext, int count, int seed);

    protected abstract IReadOnlyList<double> Score(MLContext mlContext, ITransformer model);

    /// <summary>The model's answers to sequences that it has not seen.</summary>
    protected List<Answer> Answers(MLContext mlContext, ITransformer model)
        => AnswersTo(mlContext, model, Load(mlContext, TestCount, TestSeed));

    protected static List<Answer> AnswersTo(MLContext mlContext, ITransformer model, IDataView rows)
        => [.. mlContext.Data.CreateEnumerable<Answer>(model.Transform(rows), reuseRowObject: false)];

    /// <summary>So many rows, drawn one after the other.</summary>
    protected static List<TRow> Rows<TRow>(int count, int seed, Func<Random, TRow> draw)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => draw(random))];
    }

    protected sealed class Answer
    {
        public float[] Target { get; set; } = [];

        public float[] Output { get; set; } = [];
    }
}

/// <summary>A sequence of real channels and what is asked of each time step.</summary>
internal sealed class Signal
{
    public float[] Input { get; set; } = [];

    public float[] Target { get; set; } = [];
}
