using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Torch.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>
/// On a GPU libtorch runs the backward pass on a thread of its own, where no dispose scope is open. Here another thread runs it on the CPU.
/// What a backward makes must be freed with its step all the same, for a garbage collector that sees small objects does not know how much
/// memory of a GPU they hold.
/// </summary>
public sealed class BackwardThreadTests
{
    public static TheoryData<string> Names => ModelCases.Names;

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void BackwardOnAnotherThread_LeavesNoTensorBehind(string name)
    {
        var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
        using var engine = new TorchEngine(model, parameters, new TrainingOptions(), CPU) { RunBackward = OnAnotherThread };
        double first = engine.TrainBatch(batch, 1e-3, 1); // the gradients of the parameters stay from here on
        // What other tests have left to the garbage collector must not vanish while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long tensors = Tensor.TotalCount;
        for (ulong step = 2; step <= 4; step++)
            engine.TrainBatch(batch, 1e-3, step).Should().BeInRange(0, 2 * Math.Abs(first));
        Tensor.TotalCount.Should().Be(tensors);
    }

    private static void OnAnotherThread(Tensor loss)
    {
        var thread = new Thread(() => loss.backward());
        thread.Start();
        thread.Join();
    }
}
