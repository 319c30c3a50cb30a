namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// What a forecaster remembers of one series, in double. It reads a row at a time and never looks ahead, so training, scoring and streams
/// see the same features. Targets: the last values, averages <c>m += (y - m) / n</c> with n the number of rows until it reaches their
/// memory, the running variance, which forgets in the same way, and for a season filters <c>x = r e^(iw) x + (1 - r) (y - m)</c> that ring
/// with its waves. A missing value counts as the last one. Where rows are not equally far apart, averages forget by the time.
/// </summary>
internal sealed class ForecastState
{
    // Places in the values of a target, behind which its averages and filters follow.
    private const int Last = 0, First = 1, Mean = 2, Variance = 3, Count = 4, LagStart = 5, AverageStart = LagStart + ForecastShape.Lags;

    /// <summary>The prior knowledge of a scale counts as so many rows.</summary>
    public const double PriorRows = 2;

    /// <summary>Rows after which the scale of a series forgets, so that intervals follow calm and restless times.</summary>
    public const double ScaleMemory = 512;

    /// <summary>Intervals that count for more or less than these, in usual ones, count as these.</summary>
    public const double LeastInterval = 1e-3, MostInterval = 1e3;

    private readonly ForecastShape _shape;
    private readonly ForecastScales _scales;
    private readonly int _targetSize, _covariateStart, _covariateSize, _staticStart, _ringStart, _networkStart;
    private readonly ForecastNetworkMemory? _network;
    private readonly double[] _values;
    private readonly ForecastWaves _waves;
    private double _interval = 1; // before the row that is being read

    public ForecastState(ForecastShape shape, ForecastScales scales, ForecastNetwork? network = null)
    {
        (_shape, _scales) = (shape, scales);
        _targetSize = AverageStart + ForecastShape.TargetMemories.Length + 2 * shape.Harmonics;
        _covariateSize = shape.CovariateFeatures;
        _covariateStart = 1 + shape.Targets * _targetSize;
        _ringStart = _covariateStart + (shape.Covariates + shape.Squares) * _covariateSize + shape.Statics
            + (shape.IsIrregular ? 1 : 0);
        _staticStart = _covariateStart + (shape.Covariates + shape.Squares) * _covariateSize;
        _networkStart = _ringStart + shape.Season * shape.Kept;
        _network = network is null ? null : new ForecastNetworkMemory(network, shape);
        _values = new double[_networkStart + (_network?.Size ?? 0)];
        _waves = ForecastWaves.Of(shape);
        Reset();
    }

    /// <summary>All that is remembered; copied to keep it, assigned to go on from there.</summary>
    public Span<double> Values => _values;

    /// <summary>Rows that were read.</summary>
    public long Rows => (long)_values[0];

    /// <summary>Whether every target has had a value.</summary>
    public bool IsStarted
    {
        get
        {
            for (int j = 0; j < _shape.Targets; j++)
            {
                if (Target(j)[Count] == 0)
                    return false;
            }
            return true;
        }
    }

    public void Reset()
    {
        _values.AsSpan(0, _ringStart).Clear();
        _values.AsSpan(_ringStart, _networkStart - _ringStart).Fill(double.NaN);
        _values.AsSpan(_networkStart).Clear();
    }

    /// <summary>Reads the next row.</summary>
    /// <param name="row">(Width); what is not finite is missing.</param>
    public void Observe(ReadOnlySpan<float> row)
    {
        if (_shape.IsIrregular)
        {
            _interval = Rows == 0 ? 1 : Interval(row[^1]);
            _values[_ringStart - 1] = ForecastSteps.Elapsed(_interval);
        }
        for (int j = 0; j < _shape.Targets; j++)
            ObserveTarget(Target(j), row[j]);
        for (int c = 0; c < _shape.Covariates; c++)
            ObserveCovariate(Covariate(c), OfCovariate(c, row[_shape.Targets + c], Covariate(c)[0]));
        for (int c = 0; c < _shape.Squares; c++)
        {
            double value = Math.Clamp(AheadOf(c), -ForecastSteps.Largest, ForecastSteps.Largest);
            ObserveCovariate(Covariate(_shape.Covariates + c), value * value);
        }
        for (int i = 0; i < _shape.Statics; i++)
        {
            ref double value = ref _values[_staticStart + i];
            value = OfCovariate(_shape.Covariates + i, row[_shape.Targets + _shape.Covariates + i], value);
        }
        if (_shape.Season > 0)
            KeptRow(_values.AsSpan(_ringStart + (int)(Rows % _shape.Season) * _shape.Kept, _shape.Kept));
        _values[0]++;
        _network?.Observe(this, _values.AsSpan(_networkStart));
    }

    /// <summary>What the network answers to the row that was read last; empty without one.</summary>
    /// <param name="ahead">The covariates known ahead of the next rows, (rows, KnownAhead).</param>
    public ReadOnlySpan<float> NetworkAnswer(ReadOnlySpan<float> ahead)
        => _network is null ? [] : _network.Answer(this, _values.AsSpan(_networkStart), ahead);

    /// <summary>The last value of a target.</summary>
    public double LastOf(int target) => Target(target)[Last];

    /// <summary>The running standard deviation of a target, which a typical ratio to its first value stands in for at first.</summary>
    public double ScaleOf(int target)
    {
        var values = Target(target);
        double prior = _scales.Ratio[target] * values[First];
        double rows = Math.Min(values[Count], ScaleMemory);
        double variance = (rows * values[Variance] + PriorRows * prior * prior) / (rows - 1 + PriorRows);
        return Math.Max(Math.Sqrt(variance), _scales.Floor[target]);
    }

    /// <summary>A covariate known ahead in the row that was read last, as the features have it.</summary>
    public double AheadOf(int ahead) => Covariate(_shape.KnownSoFar + ahead)[0];

    /// <summary>A covariate known ahead as the features have it: standardised, and the last value where it is missing.</summary>
    /// <param name="ahead">Which of the covariates known ahead.</param>
    /// <param name="value">Its value.</param>
    /// <param name="before">What it was in the row before, as the features have it.</param>
    public double Standardised(int ahead, float value, double before) => OfCovariate(_shape.KnownSoFar + ahead, value, before);

    /// <summary>An interval in units of the usual one, which stands in for a missing one.</summary>
    public double Interval(float value)
        => float.IsFinite(value) && value > 0 ? Math.Clamp(value / _scales.Interval, LeastInterval, MostInterval) : 1;

    /// <summary>The targets and the covariates known ahead of the row that was read last, as the features have them, (Kept).</summary>
    public void KeptRow(Span<double> row)
    {
        for (int j = 0; j < _shape.Targets; j++)
            row[j] = Target(j)[Count] == 0 ? double.NaN : Target(j)[Last];
        for (int c = 0; c < _shape.KnownAhead; c++)
            row[_shape.Targets + c] = Covariate(_shape.KnownSoFar + c)[0];
    }

    /// <summary>The row that lies in the last season where a horizon step lies in its own, (Kept); NaN where it was not seen.</summary>
    public ReadOnlySpan<double> SeasonAgo(int step)
    {
        long row = Rows - 1 + step - _shape.SeasonsBack(step);
        return row < 0 ? _values.AsSpan(_networkStart - _shape.Kept, _shape.Kept)
            : _values.AsSpan(_ringStart + (int)(row % _shape.Season) * _shape.Kept, _shape.Kept);
    }

    /// <summary>Writes the features of the row that was read last, (RowFeatures).</summary>
    public void WriteFeatures(Span<double> features)
    {
        features[0] = 1;
        var rest = features[1..];
        for (int j = 0; j < _shape.Targets; j++)
        {
            var values = Target(j);
            double unit = 1 / ScaleOf(j), last = values[Last];
            int count = AverageStart - LagStart + ForecastShape.TargetMemories.Length;
            for (int i = 0; i < count; i++)
                rest[i] = (values[LagStart + i] - last) * unit;
            for (int i = 0; i < 2 * _shape.Harmonics; i++)
                rest[count + i] = values[LagStart + count + i] * unit;
            rest = rest[_shape.TargetFeatures..];
        }
        _values.AsSpan(_covariateStart, _ringStart - _covariateStart).CopyTo(rest);
    }

    private Span<double> Target(int target) => _values.AsSpan(1 + target * _targetSize, _targetSize);

    private Span<double> Covariate(int covariate) => _values.AsSpan(_covariateStart + covariate * _covariateSize, _covariateSize);

    private void ObserveTarget(Span<double> values, float given)
    {
        bool isKnown = float.IsFinite(given);
        if (!isKnown && values[Count] == 0)
            return;
        double value = isKnown ? given : values[Last];
        var averages = values[AverageStart..];
        if (values[Count] == 0)
        {
            (values[First], values[Mean]) = (value, value);
            values[LagStart..(AverageStart + ForecastShape.TargetMemories.Length)].Fill(value);
        }
        else
        {
            values[LagStart..(AverageStart - 1)].CopyTo(values[(LagStart + 1)..]);
            values[LagStart] = values[Last];
            for (int i = 0; i < ForecastShape.TargetMemories.Length; i++)
                Move(ref averages[i], value, Math.Min(ForecastShape.TargetMemories[i], values[Count] + 1));
        }
        values[Last] = value;
        if (isKnown)
        {
            values[Count]++;
            double off = value - values[Mean], share = Share(Math.Min(values[Count], ScaleMemory));
            values[Mean] += share * off;
            values[Variance] = (1 - share) * (values[Variance] + share * off * off);
        }
        Ring(averages[ForecastShape.TargetMemories.Length..], _waves.Gain * (value - averages[_waves.Average]));
    }

    private void Ring(Span<double> waves, double input)
    {
        for (int i = 0; i < _shape.Harmonics; i++)
        {
            double re = waves[2 * i], im = waves[2 * i + 1];
            waves[2 * i] = _waves.Real[i] * re - _waves.Imaginary[i] * im + input;
            waves[2 * i + 1] = _waves.Imaginary[i] * re + _waves.Real[i] * im;
        }
    }

    private void ObserveCovariate(Span<double> values, double value)
    {
        values[0] = value;
        for (int i = 0; i < ForecastShape.CovariateMemories.Length; i++)
            Move(ref values[1 + i], value, Math.Min(ForecastShape.CovariateMemories[i], Rows + 1));
    }

    // After so many usual intervals an average has forgotten as much as after so many rows.
    private double Share(double memory) => _interval == 1 ? 1 / memory : 1 - Math.Pow(1 - 1 / memory, _interval);

    private void Move(ref double average, double value, double memory)
        => average += _interval == 1 ? (value - average) / memory : Share(memory) * (value - average);

    private double OfCovariate(int covariate, float value, double before)
        => float.IsFinite(value) ? (value - _scales.Mean[covariate]) / _scales.Deviation[covariate] : before;
}
