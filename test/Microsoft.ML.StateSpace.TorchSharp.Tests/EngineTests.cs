using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Sequences;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Training;
using Microsoft.ML.StateSpace.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

public sealed class EngineTests
{
    private static readonly TrainingOptions OnTorch = SmallTask.Training with { Engine = TorchSharpEngine.Cpu() };

    [TorchFact]
    public void Fit_TrainsTheModelThatTheManagedEngineTrains()
    {
        var managed = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());
        var torch = Trainer.Fit(SmallTask.Model, OnTorch, SmallTask.Data());
        var (loss, accuracy) = SmallTask.Score(managed, SmallTask.Data(seed: 2));
        var score = SmallTask.Score(torch, SmallTask.Data(seed: 2));
        score.Loss.Should().BeApproximately(loss, 0.01);
        score.Accuracy.Should().BeApproximately(accuracy, 0.021);
        torch.Parameters.Values.Should().BeNear([.. managed.Parameters.Values.ToArray().Select(x => (double)x)], 0.01, "parameters");
    }

    [TorchFact]
    public void InitialParameters_AreWhatTheEngineBeginsWith()
    {
        var before = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());
        var given = SmallTask.Training with { InitialParameters = SavedParameters.FromModel(before) };
        var onTorch = given with { Engine = OnTorch.Engine };
        Trainer.Fit(SmallTask.Model, onTorch with { Epochs = 0 }, SmallTask.Data()).Parameters.Values
            .Should().BeBitwise(before.Parameters.Values);
        Trainer.Fit(SmallTask.Model, onTorch, SmallTask.Data()).Parameters.Values.Should().BeNear(
            [.. Trainer.Fit(SmallTask.Model, given, SmallTask.Data()).Parameters.Values.ToArray().Select(x => (double)x)], 0.01,
            "parameters");
    }

    [TorchFact]
    public void Fit_TrainsTheMembersOfAnEnsemble()
    {
        var ensemble = SmallTask.Model with
        {
            Architecture = new EnsembleOptions { Members = [SmallTask.Model.Architecture, SmallTask.Model.Network with { Layers = 2 }] },
        };
        var managed = ModelTraining.Fit(ensemble, SmallTask.Training, SmallTask.Data());
        var torch = ModelTraining.Fit(ensemble, OnTorch, SmallTask.Data());
        torch.Parameters.Values.Should().BeNear([.. managed.Parameters.Values.ToArray().Select(x => (double)x)], 0.01, "parameters");
        torch.Parameters.Values.SequenceEqual(managed.Parameters.Values).Should().BeFalse("another engine rounds otherwise");
    }

    [TorchFact]
    public void Fit_TrainsFromRowsThatDoNotStayInMemory()
    {
        const long Budget = 8000; // the sequences take 14 KB
        TrainedModel Fit(TrainingEngine? engine) => Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { Engine = engine, MemoryBudget = Budget },
            RowsOfSet.Stream(SmallTask.Data(), Budget));
        float[] managed = Fit(null).Parameters.Values.ToArray();
        Fit(TorchSharpEngine.Cpu()).Parameters.Values.Should().BeNear([.. managed.Select(x => (double)x)], 0.01, "parameters");
    }

    [TorchFact]
    public void TrainedModel_IsSavedAndServedWithoutTorchSharp()
    {
        var model = Trainer.Fit(SmallTask.Model, OnTorch, SmallTask.Data());
        using var file = new MemoryStream();
        ModelFile.Write(file, model);
        System.Text.Encoding.ASCII.GetString(file.ToArray()).Should().NotContain("Torch");
        file.Position = 0;
        var loaded = ModelFile.Read(file);
        loaded.Parameters.Values.Should().BeBitwise(model.Parameters.Values);
        SmallTask.Score(loaded, SmallTask.Data(seed: 2)).Should().Be(SmallTask.Score(model, SmallTask.Data(seed: 2)));
    }

    [TorchFact]
    public void EarlyStopping_Cancellation_AndProgress_AreThoseOfTheOneLoop()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports(report =>
        {
            if (report.Epoch == 3)
                source.Cancel();
        });
        var model = Trainer.Fit(SmallTask.Model,
            OnTorch with { Progress = reports, Cancellation = source.Token, ValidationFraction = 0.25 }, SmallTask.Data());
        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().Be(3);
        reports.All.Select(report => report.Epoch).Should().Equal(1, 2, 3);
        var stopped = Trainer.Fit(SmallTask.Model,
            OnTorch with { Epochs = 60, Patience = 3, LearningRate = 0.05, ValidationFraction = 0.25 }, SmallTask.Data(mistaken: 3));
        stopped.Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
    }

    [TorchFact]
    public void Checkpoint_LetsEitherEngineGoOn()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "training.checkpoint");
        TrainedModel Fit(TrainingEngine? engine, int epochs)
        {
            using var source = new CancellationTokenSource();
            var reports = new Reports(report =>
            {
                if (report.Epoch == epochs)
                    source.Cancel();
            });
            return Trainer.Fit(SmallTask.Model,
                SmallTask.Training with { Engine = engine, Progress = reports, Cancellation = source.Token }, SmallTask.Data(),
                checkpoint: new CheckpointFile(path));
        }
        Fit(TorchSharpEngine.Cpu(), 2);
        Fit(null, 4);
        var model = Fit(TorchSharpEngine.Cpu(), 99);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var whole = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());
        model.Parameters.Values.Should().BeNear([.. whole.Parameters.Values.ToArray().Select(x => (double)x)], 0.01, "parameters");
    }

    [TorchFact]
    public void Dropout_ClassWeights_AndDivergence_AreThoseOfTheManagedEngine()
    {
        var options = ModelCases.Options("LRU, layer norm before, mean");
        options = options with { Architecture = options.Network with { Dropout = 0.3 } };
        var (model, parameters, batch) = EnginePair.Create(options);
        var training = SmallTask.Training with { ClassWeights = [1, 0, 3] };
        using var managed = new CpuEngine(model, parameters, training);
        using var torch = new TorchEngine(model, parameters, training, CPU);
        for (ulong step = 1; step <= 5; step++)
        {
            double loss = managed.TrainBatch(batch, 1e-3, step);
            torch.TrainBatch(batch, 1e-3, step).Should().BeApproximately(loss, Tolerance.Engines * Math.Abs(loss));
        }
        Invoking(() => Trainer.Fit(SmallTask.Model, OnTorch with { LearningRate = 1e8, Epochs = 20 }, SmallTask.Data()))
            .Should().ThrowExactly<TrainingDivergedException>();
    }

    [TorchFact]
    public void BFloat16_LearnsToo_AndKeepsItsParametersInFloat32()
    {
        var (model, parameters, batch) = EnginePair.Create(ModelCases.Options("S5, RMS norm before, mean"));
        using var exact = new TorchEngine(model, parameters, SmallTask.Training, CPU);
        using var rounded = new TorchEngine(model, parameters, SmallTask.Training, CPU, TorchSharpPrecision.BFloat16);
        double first = 0, last = 0;
        for (ulong step = 1; step <= 60; step++)
        {
            double expected = exact.TrainBatch(batch, 1e-2, step);
            last = rounded.TrainBatch(batch, 1e-2, step);
            if (step == 1)
            {
                first = last;
                last.Should().NotBe(expected);
                last.Should().BeApproximately(expected, 0.02 * expected); // 8 bits round a factor by 0.4 %
            }
        }
        last.Should().BeInRange(0, first / 2);
    }

    [TorchFact]
    public void TenThousandSteps_LeaveNothingBehind()
    {
        var options = ModelCases.Options("LRU, no norm, causal, max") with
        {
            Architecture = new LruOptions { Layers = 1, ModelSize = 2, StateSize = 2, Bidirectional = false, Dropout = 0 },
        };
        var data = ModelCases.Data(options, 3, 2);
        var (model, parameters) = ModelCases.Create(options, data);
        var batch = ModelCases.Batch(data);
        using var engine = new TorchEngine(model, parameters, SmallTask.Training, CPU);
        void Train(int steps)
        {
            for (int step = 1; step <= steps; step++)
                engine.TrainBatch(batch, 1e-4, (ulong)step);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Train(5000); // until compiled code and the memory of the garbage collector have their final size
        long tensors = Tensor.TotalCount, growth = long.MaxValue;
        // 16 tensors left behind by each step would be 20 MB or more, every time. What else the process does may take memory once.
        const int Limit = 10 << 20;
        for (int turn = 0; turn < 3 && growth > Limit; turn++)
        {
            long memory = Environment.WorkingSet;
            Train(10_000);
            Tensor.TotalCount.Should().Be(tensors);
            growth = Environment.WorkingSet - memory;
        }
        growth.Should().BeLessThanOrEqualTo(Limit);
    }

    [TorchFact]
    public void Cuda_WhereThereIsNone_SaysWhatIsMissing_OrFallsBack()
    {
        if (cuda.is_available())
        {
            Invoking(() => Fit(TorchSharpEngine.Cuda(99)))
                .Should().ThrowExactly<InvalidOperationException>().WithMessage("*numbered from 0*");
            return;
        }
        string message = Invoking(() => Fit(TorchSharpEngine.Cuda())).Should().ThrowExactly<InvalidOperationException>().Which.Message;
        message.Should().Contain("TorchSharp-cuda-linux");
        message.Should().Contain("driver");
        message.Should().Contain("FallbackToCpu");
        Fit(TorchSharpEngine.Cuda(0, fallbackToCpu: true)).Summary.Stop.Should().Be(TrainingStop.Completed);

        static TrainedModel Fit(TrainingEngine engine)
            => Trainer.Fit(SmallTask.Model, SmallTask.Training with { Engine = engine, Epochs = 1 }, SmallTask.Data());
    }

    [Fact]
    public void Cuda_RefusesWhatIsNoDevice()
    {
        Invoking(() => TorchSharpEngine.Cuda(-1))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("deviceId");
        Invoking(() => TorchSharpEngine.Cuda(precision: (TorchSharpPrecision)9))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("precision");
        TorchSharpEngine.Cuda(2, true).ToString().Should().Be("TorchSharp on cuda:2, or else cpu");
        TorchSharpEngine.Cpu().ToString().Should().Be("TorchSharp on cpu");
    }
}
