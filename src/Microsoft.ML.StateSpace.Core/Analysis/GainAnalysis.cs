using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How much a trained model, or one of its recurrences, amplifies: upper bounds for linear recurrences, lower bounds for whole models.
/// Compared with the bound of a <see cref="Certificate"/>, they show how tight that bound is. All results are plain data, which can also be
/// plotted.
/// </summary>
public static class GainAnalysis
{
    private const int BracketPoints = 33;
    private const double Infinite = 1e12;

    /// <summary>
    /// The H-infinity norm of a stable system, which is its l2 gain. The result is proved not to be below the norm, and exceeds it by at
    /// most the share <paramref name="tolerance"/>. It is infinite where no bound below 1e12 is found. The method is bisection, where each
    /// step solves a Riccati equation.
    /// </summary>
    /// <remarks>
    /// Of the difference of two systems that answer nearly alike, large gains cancel, and the result may be several times too large.
    /// Balance such a system first: <c>system.ReduceToTolerance(1e-9 * gain).System</c>.
    /// </remarks>
    /// <param name="system">A stable system.</param>
    /// <param name="tolerance">The largest relative error. Default: 1e-4.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is not positive.</exception>
    public static double HInfinityNorm(LinearSystem system, double tolerance = 1e-4)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        var test = new RiccatiTest(system);
        double low = FrequencyResponse(system, BracketPoints).Gains.Max(), high = Math.Max(low, 1e-12);
        for (double step = tolerance / 2; !test.IsBelow(high *= 1 + step); step *= 2)
        {
            low = high;
            if (high > Infinite)
                return double.PositiveInfinity;
        }
        while (high > low * (1 + tolerance) && high > 1e-11)
        {
            double middle = Math.Sqrt(Math.Max(low, 1e-3 * high) * high);
            if (test.IsBelow(middle))
                high = middle;
            else
                low = middle;
        }
        return high;
    }

    /// <summary>
    /// Whether the H-infinity norm of a stable system is proved to be below <paramref name="bound"/>, by the Riccati equation of the
    /// bounded real lemma.
    /// </summary>
    public static bool IsGainBelow(LinearSystem system, double bound)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return new RiccatiTest(system).IsBelow(bound);
    }

    /// <summary>
    /// The gain of a system at <paramref name="points"/> frequencies from 0 to pi radians a time step. The largest one is a lower bound of
    /// the H-infinity norm.
    /// </summary>
    public static FrequencyResponse FrequencyResponse(LinearSystem system, int points = 256)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        return Analysis.FrequencyResponse.Of(system, points);
    }

    /// <summary>
    /// Searches for an input of <paramref name="length"/> time steps, near the mean input, that the model amplifies most. The gain found is
    /// a lower bound of the model's gain from rest.
    /// </summary>
    /// <param name="model">A model of real channels.</param>
    /// <param name="length">Time steps of the input; a longer one may find more.</param>
    /// <param name="amplitude">Root of the mean square of the standardised deviation. Default: 1.</param>
    /// <param name="iterations">The largest number of steps of the search; each is one pass forward and one back. Default: 100.</param>
    /// <param name="seed">Seed of the noise that the search starts from. Default: 0.</param>
    /// <exception cref="NotSupportedException">
    /// The model is no network, it answers pairs, its inputs are tokens, its time steps have intervals, or it was trained with missing
    /// values.
    /// </exception>
    public static WorstInput FindWorstInput(TrainedModel model, int length, double amplitude = 1, int iterations = 100, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        RequireChannels(model);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength / model.Options.Inputs);
        float[] around = new float[length * model.Options.Inputs];
        for (int i = 0; i < around.Length; i++)
            around[i] = model.Parameters["Input.Mean"][i % model.Options.Inputs];
        return FindWorstInput(model, around, amplitude, iterations, seed);
    }

    /// <summary>
    /// The same search near a given input, (length, inputs) in the units of the data. The gain found is a lower bound of the incremental
    /// gain, which is the gain of differences.
    /// </summary>
    public static WorstInput FindWorstInput(
        TrainedModel model, ReadOnlySpan<float> around, double amplitude = 1, int iterations = 100, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireChannels(model);
        if (around.IsEmpty || around.Length % model.Options.Inputs != 0)
            throw new ArgumentException(
                $"The input must hold the {model.Options.Inputs} channels of at least one time step, but has {around.Length} values.",
                nameof(around));
        if (!(amplitude > 0 && double.IsFinite(amplitude)))
            throw new ArgumentOutOfRangeException(nameof(amplitude), amplitude, "The amplitude must be a positive number.");
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        return WorstInput.Search(model, around, amplitude, iterations, seed);
    }

    private static void RequireChannels(TrainedModel model)
    {
        const string Search = "The search for an input that a model amplifies";
        NetworkOf.Require(model, Search);
        NetworkOf.RequireSingleSequences(model, Search);
        if (model.Options.Vocabulary > 0)
            throw new NotSupportedException("A model of tokens has no gain: the distance between two tokens has no meaning.");
        if (model.Options.HasIntervals)
            throw new NotSupportedException(
                "The search knows no time intervals: a model that was trained with an IntervalColumnName "
                + "has another gain for every sequence of them.");
        if (model.Options.DerivedInputs is { StandardizedSequences: true })
            throw new NotSupportedException(
                "The search does not look through sequences that are standardised one by one: such a model has no gain, since a larger "
                + "input is standardised to the same. Train it with DerivedInputs.StandardizedSequences = false.");
        if (model.Options.MissingValues is not null)
            throw new NotSupportedException(
                "The search knows no missing values: a model that was trained with such has another gain for every pattern of gaps. Its "
                + "certificate holds between inputs with the same gaps.");
    }
}
