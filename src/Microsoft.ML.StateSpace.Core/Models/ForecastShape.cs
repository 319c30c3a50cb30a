namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// What a forecaster reads and answers, and the order of its features. The features of a row are a constant, then those of each target
/// (differences to its last value, in units of its scale), those of each covariate, the static ones, and the interval; behind them come
/// those of a horizon step: the covariates known ahead, where there is a season, the targets and these covariates of the same place in the
/// last full season, the time to the step, and products. No feature of a target alone tells its level, not even the mean of
/// the whole past, since levels drift.
/// </summary>
internal sealed record ForecastShape
{
    /// <summary>Values right before the last one that are features themselves, so that short autoregressions are exact.</summary>
    public const int Lags = 8;

    /// <summary>Time constants of the averages of a target, in rows.</summary>
    public static readonly double[] TargetMemories = [4, 8, 16, 32, 64, 128, 256];

    /// <summary>Time constants of the averages of a covariate, in rows.</summary>
    public static readonly double[] CovariateMemories = [2, 8, 32];

    private const int MostHarmonics = 6;

    /// <summary>Number of values that are forecast.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>Number of covariates whose values are known up to the current row.</summary>
    public int KnownSoFar { get; init; }

    /// <summary>Number of covariates whose values are known for all rows that are forecast.</summary>
    public int KnownAhead { get; init; }

    /// <summary>Number of covariates that are constant within a series.</summary>
    public int Statics { get; init; }

    /// <summary>Number of rows that are forecast.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Number of rows that have equations, where the others are forecast from forecasts; else 0.</summary>
    public int Trained { get; init; }

    /// <summary>Number of rows that have equations.</summary>
    public int Equations => Trained > 0 ? Trained : Horizon;

    /// <summary>Rows of a season; 0 where there is none.</summary>
    public int Season { get; init; }

    /// <summary>Whether a row, and what is known ahead of one, ends with the interval since the row before.</summary>
    public bool HasIntervals { get; init; }

    /// <summary>Whether intervals count, since they differed when the forecaster was fitted.</summary>
    public bool IsIrregular { get; init; }

    /// <summary>Whether there are squares and other products of the covariates known ahead.</summary>
    public bool IsCurved { get; init; }

    /// <summary>Values of a row: targets, covariates known so far, covariates known ahead, static covariates, interval.</summary>
    public int Width => Targets + Covariates + Statics + (HasIntervals ? 1 : 0);

    /// <summary>What is known ahead of a row: covariates, interval.</summary>
    public int AheadWidth => KnownAhead + (HasIntervals ? 1 : 0);

    public int Covariates => KnownSoFar + KnownAhead;

    /// <summary>Copies what is known ahead of a row out of it.</summary>
    /// <param name="row">(Width).</param>
    /// <param name="ahead">(AheadWidth).</param>
    public void CopyAhead(ReadOnlySpan<float> row, Span<float> ahead)
    {
        row.Slice(Targets + KnownSoFar, KnownAhead).CopyTo(ahead);
        if (HasIntervals)
            ahead[^1] = row[^1];
    }

    /// <summary>Waves of a season, each with a filter that rings at its frequency.</summary>
    public int Harmonics => Math.Min(Season / 2, MostHarmonics);

    public int TargetFeatures => Lags + TargetMemories.Length + 2 * Harmonics;

    public int CovariateFeatures => 1 + CovariateMemories.Length;

    /// <summary>Features that are the same for all horizon steps.</summary>
    public int RowFeatures => StaticStart + Statics + (IsIrregular ? 1 : 0);

    /// <summary>Squares of covariates known ahead, which are read as covariates, too.</summary>
    public int Squares => ForecastSteps.HasSquares(this) ? KnownAhead : 0;

    /// <summary>Features of one horizon step.</summary>
    public int StepFeatures => PlainStepFeatures + ForecastSteps.CountOf(this);

    /// <summary>Features of one horizon step that are no products; these come behind them.</summary>
    public int PlainStepFeatures => KnownAhead + (Season > 0 ? Targets + KnownAhead : 0) + (IsIrregular ? 1 : 0);

    /// <summary>All features of one horizon step, (RowFeatures) then (StepFeatures).</summary>
    public int Features => RowFeatures + StepFeatures;

    /// <summary>Values that are remembered of a row for a season: targets and covariates known ahead.</summary>
    public int Kept => Targets + KnownAhead;

    /// <summary>The place of a target's value of the last season among all features.</summary>
    public int SeasonalFeature(int target) => RowFeatures + KnownAhead + target;

    /// <summary>How many rows before a horizon step the same place in the last season that is over lies.</summary>
    public int SeasonsBack(int step) => (step + Season - 1) / Season * Season;

    /// <summary>Whether a feature is known of the last season by its place.</summary>
    public bool IsSeasonal(int feature) => Season > 0 && feature >= RowFeatures + KnownAhead && feature < RowFeatures + PlainStepFeatures;

    /// <summary>Whether a feature is the interval before the row, or the time to the horizon step.</summary>
    public bool IsElapsed(int feature)
        => IsIrregular && (feature == RowFeatures - 1 || feature == RowFeatures + PlainStepFeatures - 1);

    /// <summary>Whether a feature is the square of a covariate in the row, or an average of it.</summary>
    public bool IsSquare(int feature) => feature >= CovariateStart + Covariates * CovariateFeatures && feature < StaticStart;

    /// <summary>Whether a feature is a static covariate.</summary>
    public bool IsStatic(int feature) => feature >= StaticStart && feature < StaticStart + Statics;

    /// <summary>The place of a covariate known ahead in the row among all features.</summary>
    public int RowCovariate(int ahead) => CovariateStart + (KnownSoFar + ahead) * CovariateFeatures;

    /// <summary>The place of a covariate known ahead in the horizon step among all features.</summary>
    public int StepCovariate(int ahead) => RowFeatures + ahead;

    /// <summary>The place of a value before the last among all features.</summary>
    public int LagFeature(int target, int lag = 0) => 1 + target * TargetFeatures + lag;

    /// <summary>The place of an average of a target among all features.</summary>
    public int AverageFeature(int target, int memory) => 1 + target * TargetFeatures + Lags + memory;

    /// <summary>The target to which a plain feature belongs; -1 for the constant and the covariates.</summary>
    public int TargetOf(int feature)
    {
        if (feature >= 1 && feature < CovariateStart)
            return (feature - 1) / TargetFeatures;
        int seasonal = feature - RowFeatures - KnownAhead;
        return Season > 0 && seasonal >= 0 && seasonal < Targets ? seasonal : -1;
    }

    /// <summary>The place of the first static covariate among all features.</summary>
    public int StaticStart => CovariateStart + (Covariates + Squares) * CovariateFeatures;

    private int CovariateStart => 1 + Targets * TargetFeatures;
}
