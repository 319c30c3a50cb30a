using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What gradient descent can learn in how many steps, before it is run. All of it is the theory of plain gradient descent on squared
/// errors: AdamW divides every coordinate by a root of its own, which changes all rates, so nothing here advises on its learning rate.
/// </summary>
public static class LearningDynamics
{
    /// <summary>
    /// The learning curve of a diagonal system with one input and one output, under gradient descent on its poles, B, C and D, from sums
    /// over the records alone: no step passes over the data. It is that of descent itself, up to a kernel that is cut where the slowest
    /// pole has forgotten all but 1e-8.
    /// </summary>
    /// <remarks>
    /// Published is the descent itself; the computation from lag sums is this library's. The parameters are those of the
    /// <see cref="DiagonalSystem"/>: layers that train, say, the logarithms of their poles learn at other rates. Every record starts from a
    /// state of zero. A step costs as many multiplications as lags squared.
    /// </remarks>
    /// <param name="start">The system at the start.</param>
    /// <param name="records">What is learnt.</param>
    /// <param name="rate">The rate of gradient descent.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="learnsPoles">Whether poles are trained too; otherwise B, C and D alone. Default: true.</param>
    /// <exception cref="ArgumentException">
    /// The system has several inputs or outputs; or the records are empty, not finite, or remembered for more than 4,096 steps.
    /// </exception>
    public static LearningCurve Predict(
        DiagonalSystem start, IReadOnlyList<InputOutputRecord> records, double rate, int steps, bool learnsPoles = true)
    {
        RequireOneChannel(start);
        InputOutputRecord.Steps(records);
        RequireRate(rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var descent = new LagDescent(start, records);
        var losses = new List<double>(Math.Min(steps, 1 << 20) + 1);
        for (int step = 0; ; step++)
        {
            double loss = descent.Loss();
            if (!double.IsFinite(loss))
                return new(losses, descent.System, Diverged: true);
            losses.Add(loss);
            if (step == steps)
                return new(losses, descent.System, Diverged: false);
            descent.Step(rate, learnsPoles);
        }
    }

    /// <summary>
    /// The directions in which a diagonal system with one input and one output learns B and C with fixed poles and D, their rates, and what
    /// of the target each holds.
    /// </summary>
    /// <param name="system">The system at the start.</param>
    /// <param name="records">What is learnt.</param>
    /// <param name="inputFactors">
    /// Where B is a product of a fixed factor and a parameter for each state, as in LRU and S5, these factors. <see langword="null"/> means
    /// that B itself is trained.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The system has several inputs or outputs, the records are empty or not finite, or there is not one factor for each pole.
    /// </exception>
    public static LearningSpectrum Spectrum(
        DiagonalSystem system, IReadOnlyList<InputOutputRecord> records, IReadOnlyList<double>? inputFactors = null)
    {
        RequireOneChannel(system);
        if (inputFactors is not null && inputFactors.Count != system.Poles.Count)
            throw new ArgumentException(
                $"The system has {system.Poles.Count} poles, but there are {inputFactors.Count} factors. Give one for each pole.",
                nameof(inputFactors));
        return SystemSpectrum.Of(system, records, inputFactors);
    }

    /// <param name="model">A network.</param>
    /// <param name="set">Sequences with their targets.</param>
    /// <param name="steps">The planned steps of gradient descent.</param>
    /// <param name="rate">Its rate; <see langword="null"/> means half of the smallest of the layers' largest stable rates.</param>
    internal static LearningReport Analyze(TrainedModel model, SequenceSet set, int steps, double? rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (rate is double given)
            RequireRate(given);
        return LearningReport.Of(model, set, steps, rate);
    }

    private static void RequireRate(double rate)
    {
        if (!(rate > 0 && double.IsFinite(rate)))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate of gradient descent must be a positive number.");
    }

    private static void RequireOneChannel(DiagonalSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        int inputs = system.D.GetLength(1), outputs = system.D.GetLength(0);
        if (inputs != 1 || outputs != 1)
            throw new ArgumentException(
                $"Learning curves are computed of systems with one input and one output, but this one has {inputs} and {outputs}. Give the "
                + "part of the system from one input to one output, with its row of C and column of B.", nameof(system));
        if (system.Poles.Count == 0 || system.B.GetLength(0) != system.Poles.Count || system.C.GetLength(1) != system.Poles.Count)
            throw new ArgumentException(
                $"A system of {system.Poles.Count} poles needs at least one, and as many rows of B and columns of C, but there are "
                + $"{system.B.GetLength(0)} and {system.C.GetLength(1)}. Give one row and one column for each pole.", nameof(system));
    }
}
