using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Tests;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>
/// Outputs, loss, gradients and some optimiser steps of every core and scaffold against the managed engine: the parity of the tests, on
/// this device.
/// </summary>
internal static class ParityCheck
{
    public static void Run(Session session)
    {
        int steps = session.Options.IsSmall ? 3 : 10;
        session.Report.Title(
            $"Parity with the managed engine: outputs, loss, gradients to {Tolerance.Engines}, {steps} steps to {Tolerance.EngineLosses}");
        foreach (string name in ModelCases.AllNames)
            session.Check("parity", name, () => Compare(session, name, steps));
    }

    private static Finding Compare(Session session, string name, int steps)
    {
        using var pair = new EnginePair(ModelCases.Options(name), session.Device);
        var outputs = pair.Outputs();
        var (loss, gradient) = pair.LossAndGradient();
        // From the same start again, for the managed engine has made a step.
        using var second = new EnginePair(ModelCases.Options(name), session.Device);
        var losses = second.Steps(steps);
        double most = Math.Max(outputs.Value, Math.Max(loss.Value, gradient.Value));
        return new Finding(
            most <= Tolerance.Engines && losses.Value <= Tolerance.EngineLosses,
            $"outputs {Short(outputs)}, loss {Short(loss)}, steps {Short(losses)}, {gradient.Where} {Short(gradient)}",
            ("outputs", outputs.Value), ("loss", loss.Value), ("gradients", gradient.Value), ("steps", losses.Value));
    }

    private static string Short(EnginePair.Difference difference) => difference.Value.ToString("0.0e-0");
}
