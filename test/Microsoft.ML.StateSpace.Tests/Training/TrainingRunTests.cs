using System.Reflection;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Training;

public class TrainingRunTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Log_GetsALineAnEpoch()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => { lock (lines) lines.Add(e.Message); };

        Views.FitFixed(_ml);

        lines.Should().Contain(line => line.Contains("Epoch 2/2"));
    }

    [Fact]
    public void Seed_ComesFromTheContext()
    {
        static float[] Train(int seed)
        {
            var ml = new MLContext(seed);
            var options = Views.Options() with { Training = Samples.Quick with { Seed = null } };
            return ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(ml)).Model.Parameters.Values.ToArray();
        }

        Train(3).Should().BeBitwise(Train(3));
        Train(4).Should().NotEqual(Train(3));
    }

    [Fact]
    public void CancellationToken_EndsTrainingWithTheBestModelSoFar()
    {
        using var source = new CancellationTokenSource();
        var training = Samples.Quick with { Epochs = 100_000, Cancellation = source.Token,
            Progress = new OnReport(p => { if (p.Epoch == 2) source.Cancel(); }) };

        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = training }).Fit(Views.Fixed(_ml));

        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().BeInRange(2, 3);
    }

    [Fact]
    public void CheckpointPath_LetsTrainingGoOnWhereItWasCancelled()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var training = Samples.Quick with { Seed = 4, Epochs = 5, CheckpointPath = Path.Combine(folder, "training.checkpoint") };
            float[] Values(TrainingOptions options)
                => _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = options })
                    .Fit(Views.Fixed(_ml)).Model.Parameters.Values.ToArray();

            using var source = new CancellationTokenSource();
            float[] cut = Values(
                training with { Cancellation = source.Token, Progress = new OnReport(p => { if (p.Epoch == 2) source.Cancel(); }) });
            float[] whole = Values(training with { CheckpointPath = null });

            cut.Should().NotEqual(whole);
            Values(training).Should().BeBitwise(whole);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void CheckpointPath_ServesEachFoldOfACrossValidation()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            int epochs = 0;
            var training = Samples.Quick with { Seed = 4, CheckpointPath = Path.Combine(folder, "training.checkpoint"),
                Progress = new OnReport(_ => epochs++) };
            float[][] Folds(TrainingOptions options)
                => [.. _ml.MulticlassClassification.CrossValidate(
                        Views.Fixed(_ml), _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = options }),
                        numberOfFolds: 3, seed: 5)
                    .Select(fold => ((SequenceClassificationTransformer)fold.Model).Model.Parameters.Values.ToArray())];

            var plain = Folds(training with { CheckpointPath = null });
            var first = Folds(training);
            Directory.GetFiles(folder).Should().HaveCount(3);
            epochs = 0;
            var second = Folds(training);

            epochs.Should().Be(0, "each fold goes on from its own file, whose training has ended");
            for (int fold = 0; fold < 3; fold++)
            {
                first[fold].Should().BeBitwise(plain[fold]);
                second[fold].Should().BeBitwise(plain[fold]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Cancellation_EndsTheReadingOfRows()
    {
        using var source = new CancellationTokenSource();
        int rows = 0;
        IEnumerable<BinaryRow> Endless()
        {
            foreach (var row in Enumerable.Repeat(Samples.Binary(), int.MaxValue).SelectMany(sample => sample))
            {
                if (++rows == 1000)
                    source.Cancel();
                yield return row;
            }
        }
        var options = new BinarySequenceClassificationOptions
        {
            Architecture = Samples.Small, Training = Samples.Quick with { Cancellation = source.Token },
        };

        Invoking(() => _ml.BinaryClassification.Trainers.StateSpace(options).Fit(_ml.Data.LoadFromEnumerable(Endless())))
            .Should().Throw<OperationCanceledException>();

        rows.Should().BeInRange(1000, 1100);
    }

    [Fact]
    public void CancelExecution_OfTheContextEndsTraining()
    {
        var cancel = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
        var training = Samples.Quick with { Epochs = 100_000,
            Progress = new OnReport(p => { if (p.Epoch == 2) cancel.Invoke(_ml, null); }) };

        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = training }).Fit(Views.Fixed(_ml));

        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().BeInRange(2, 3);
    }

    [Fact]
    public void Options_AreCheckedBeforeAnythingIsRead()
    {
        var options = Views.Options() with { Training = new() { LearningRate = -1 } };

        var exception = Invoking(() => _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml)))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;

        exception.Message.Should().Contain("LearningRate");
    }

    [Fact]
    public void Window_IsRefusedByClassifiers()
    {
        var training = Samples.Quick with { Window = 4 };
        var binary = new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = training };

        var exceptions = new[]
        {
            Invoking(
                () => _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { Training = training }).Fit(Views.Fixed(_ml)))
                .Should().ThrowExactly<ArgumentOutOfRangeException>().Which,
            Invoking(() => _ml.BinaryClassification.Trainers.StateSpace(binary).Fit(_ml.Data.LoadFromEnumerable(Samples.Binary())))
                .Should().ThrowExactly<ArgumentOutOfRangeException>().Which,
        };

        exceptions.Should().AllSatisfy(exception => exception.ParamName.Should().Be("Window"));
        exceptions.Should().AllSatisfy(exception => exception.Message.Should().Contain("TrainingOptions.Window"));
    }

    private sealed class OnReport(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
