using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Learning curves that cannot be told.</summary>
internal static class LearningSituations
{
    public static IEnumerable<Situation> All =>
    [
        new("Give records that hold some", () => Predict(System(), []), () => Predict(System(), [Record(9)])),
        new(
            "Give one output for each time step", () => Predict(System(), [new([1, 2], [1])]),
            () => Predict(System(), [new([1, 2], [1, 2])])),
        new(
            "Fill such values, or cut the record there", () => Predict(System(), [new([1, float.NaN], [1, 2])]),
            () => Predict(System(), [new([1], [1])])),
        new(
            "Keep every n-th sample of the records", () => Predict(System(0.9999), [Record(5000)]),
            () => Predict(System(0.9999), [Record(2500)])),
        new(
            "Give the part of the system from one input to one output",
            () => Predict(new([0.5], new Complex[1, 2], new Complex[1, 1], new double[1, 2]), [Record(9)]),
            () => Predict(System(), [Record(9)])),
        new(
            "Give one row and one column for each pole",
            () => Predict(new([0.5, 0.6], new Complex[1, 1], new Complex[1, 1], new double[1, 1]), [Record(9)]),
            () => Predict(System(), [Record(9)])),
        new(
            "Give one for each pole", () => LearningDynamics.Spectrum(System(), [Record(9)], []),
            () => LearningDynamics.Spectrum(System(), [Record(9)], [1])),
        new("Train a model with a network as the Architecture", () => Study(Samples.Ensemble), () => Study(Samples.Small))
        { Of = "learning" },
    ];

    private static void Predict(DiagonalSystem system, InputOutputRecord[] records) => LearningDynamics.Predict(system, records, 0.01, 1);

    private static void Study(ArchitectureOptions architecture)
    {
        var data = Views.Fixed(Ml);
        Steps.StateSpace.LearningDynamics(Classifier(o => o with { Architecture = architecture }).Fit(data), data, steps: 10);
    }

    private static DiagonalSystem System(double pole = 0.5)
        => new([pole], new Complex[,] { { 1 } }, new Complex[,] { { 0.1 } }, new double[1, 1]);

    private static InputOutputRecord Record(int length)
        => new([.. Enumerable.Range(0, length).Select(t => Math.Sin(t))], [.. Enumerable.Range(0, length).Select(t => Math.Cos(t))]);
}
