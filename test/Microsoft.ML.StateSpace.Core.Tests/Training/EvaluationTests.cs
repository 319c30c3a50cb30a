using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class EvaluationTests
{
    [Fact]
    public void Fit_MatchesReference()
    {
        double[] y = ReferenceValues.At("metrics/y"), predicted = ReferenceValues.At("metrics/yhat");
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add(predicted.ToFloat(), y.ToFloat());
        var options = ModelCases.Options("S5, sequence to sequence") with { Inputs = 1, Outputs = 1 };
        Run(options, data, new TrainingOptions()).Metric
            .Should().BeApproximately(ReferenceValues.Number("metrics/fit"), 100 * Tolerance.Elementwise);
    }

    [Fact]
    public void Fit_LeavesOutWhatDoesNotVary()
    {
        var both = new SequenceSet(2, TargetLayout.StepValues(2));
        both.Add([1, 9, 2, 8, 4, 7], [1, 5, 2, 5, 5, 5]);
        var alone = new SequenceSet(1, TargetLayout.StepValues(1));
        alone.Add([1, 2, 4], [1, 2, 5]);
        var options = ModelCases.Options("S5, sequence to sequence");
        Run(options with { Inputs = 2, Outputs = 2 }, both, new TrainingOptions()).Metric
            .Should().Be(Run(options with { Inputs = 1, Outputs = 1 }, alone, new TrainingOptions()).Metric);
    }

    [Theory]
    [InlineData(5, 100)]
    [InlineData(5.1f, 0)]
    public void Fit_OfATargetThatDoesNotVary_IsThatOfExactAnswersOrNone(float answer, double fit)
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add([answer, answer], [5, 5]);
        var options = ModelCases.Options("S5, sequence to sequence") with { Inputs = 1, Outputs = 1 };
        Run(options, data, new TrainingOptions()).Metric.Should().Be(fit);
    }

    [Fact]
    public void Loss_OfOutputs_IsTheMeanOverAllStepsAndOutputs()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add([1, 2, 3], [1, 2, 5]);
        data.Add([4], [0]);
        var options = ModelCases.Options("S5, sequence to sequence") with { Inputs = 1, Outputs = 1 };
        Run(options, data, new TrainingOptions()).Loss.Should().BeApproximately(0.5 * (4 + 16) / 4, Tolerance.Elementwise);
    }

    // There are more sequences than fit one batch of the evaluation. They are ordered by length: all errors are in the first batch.
    [Fact]
    public void LossAndAccuracy_AreOverTheWholeSet_NotTheLastBatch()
    {
        const int Wrong = 10, Right = 30;
        var data = new SequenceSet(3, TargetLayout.Classes);
        for (int i = 0; i < Wrong; i++)
            data.Add([5, 0, 0], 1);
        for (int i = 0; i < Right; i++)
            data.Add(Enumerable.Repeat<float[]>([0, 5, 0], 2000).SelectMany(row => row).ToArray(), 1);
        var (loss, accuracy) = Run(Classifier(), data, new TrainingOptions());
        accuracy.Should().Be(0.75);
        double wrong = LossOracle.CrossEntropy([5, 0, 0], 1), right = LossOracle.CrossEntropy([0, 5, 0], 1);
        loss.Should().BeApproximately((Wrong * wrong + Right * right) / (Wrong + Right), Tolerance.Elementwise);
    }

    [Fact]
    public void Loss_IsWeightedByClass_AndNotSmoothed()
    {
        var data = new SequenceSet(3, TargetLayout.Classes);
        data.Add([1, 0, 2], 0);
        data.Add([0, 3, 0], 2);
        double expected = (2 * LossOracle.CrossEntropy([1, 0, 2], 0) + 0.5 * LossOracle.CrossEntropy([0, 3, 0], 2)) / 2.5;
        Run(Classifier(), data, new TrainingOptions { ClassWeights = [2, 1, 0.5], LabelSmoothing = 0.1 }).Loss
            .Should().BeApproximately(expected, Tolerance.Elementwise);
    }

    private static SequenceModelOptions Classifier() => ModelCases.Options("LRU, layer norm before, mean") with { Inputs = 3, Outputs = 3 };

    private static (double Loss, double Metric) Run(SequenceModelOptions options, SequenceSet data, TrainingOptions training)
    {
        var model = new SequenceNetwork(options);
        return new Evaluation(model, data, training, model.Layout.Create(new Random(1)).Values).Run(new Echo(model.Head.IsPooled));
    }

    /// <summary>An engine that answers with its input: the first row of a sequence as logits, or every row.</summary>
    private sealed class Echo(bool pooled) : ISequenceEngine
    {
        public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey) => throw new NotSupportedException();

        public void Predict(SequenceBatch batch, Span<float> outputs)
        {
            int perSequence = outputs.Length / batch.Count;
            for (int i = 0; i < batch.Count; i++)
                batch.Valid(i)[..(pooled ? batch.Features : batch.Lengths[i] * batch.Features)]
                    .CopyTo(outputs.Slice(i * perSequence, perSequence));
        }

        public void Export(ParameterSet destination) => throw new NotSupportedException();

        public void Save(EngineState state) => throw new NotSupportedException();

        public void Load(EngineState state) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
