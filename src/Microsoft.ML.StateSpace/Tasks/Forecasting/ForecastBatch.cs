using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Streaming;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Many series of one forecaster that are read and forecast together, on several threads, with the memory of their states alone. Created by
/// <see cref="ForecastingTransformer.CreateForecastBatch"/>.
/// </summary>
/// <remarks>
/// Series are numbered from 0. Each has the forecasts of a <see cref="ForecastEngine"/>, bit for bit, and states go from one to the other.
/// A call allocates nothing. A batch must be used by one thread at a time; disposing it ends its threads.
/// </remarks>
/// <example>
/// <code>
/// using ForecastBatch batch = transformer.CreateForecastBatch(2);
/// batch.Observe([412f, 0f, 96f, 1f]);                       // a row of each series: the target, and a covariate known ahead
/// ReadOnlySpan&lt;float&gt; forecasts = batch.Forecast([0f, 1f]); // the covariate in the next row of each
/// </code>
/// </example>
public sealed class ForecastBatch : IDisposable
{
    // Series that a thread takes at a time: some microseconds of work.
    private const int Block = 32;

    private readonly ForecastModel _model;
    private readonly StreamNumbers _numbers = new();
    private readonly StateSeal _seal;
    private readonly Workers _workers;
    private readonly ForecastRun?[] _runs;
    private readonly int _size, _answers;
    private readonly double[] _start;
    private readonly Action<int, int> _observe, _forecast;
    private readonly float[][] _outputs = [[], [], []];
    private double[] _states = [];
    private int[] _chosen = [];
    private float[] _rows = [], _ahead = [];
    private int _count, _aheadOfSeries;

    internal ForecastBatch(ForecastModel model, int series, int? threads)
    {
        int count = StreamNumbers.Threads(threads);
        (_model, _workers, _runs) = (model, new Workers(count), new ForecastRun?[count]);
        _start = model.CreateState().Values.ToArray();
        (_size, _answers) = (_start.Length, model.HalfWidths.Length);
        _seal = new StateSeal("a forecast engine", model, _size);
        (_observe, _forecast) = (ObserveBlock, ForecastBlock);
        Add(series);
    }

    /// <summary>Number of series.</summary>
    public int Count => _numbers.Count;

    /// <inheritdoc cref="ForecastEngine.InputLength"/>
    public int InputLength => _model.Shape.Width;

    /// <inheritdoc cref="ForecastEngine.Horizon"/>
    public int Horizon => _model.Shape.Horizon;

    /// <inheritdoc cref="ForecastEngine.Targets"/>
    public int Targets => _model.Shape.Targets;

    /// <inheritdoc cref="ForecastEngine.KnownAhead"/>
    public int KnownAhead => _model.Shape.AheadWidth;

    /// <summary>Number of bytes of a series' state, which is that of <see cref="ForecastEngine.StateLength"/>.</summary>
    public int StateLength => _seal.Length;

    /// <summary>The lower bounds of the last forecasts, (<see cref="Count"/>, horizon, targets). The next forecasts overwrite it.</summary>
    public ReadOnlySpan<float> LowerBound => _outputs[1].AsSpan(0, Count * _answers);

    /// <summary>The upper bounds of the last forecasts, (<see cref="Count"/>, horizon, targets). The next forecasts overwrite it.</summary>
    public ReadOnlySpan<float> UpperBound => _outputs[2].AsSpan(0, Count * _answers);

    /// <summary>Rows of a series since its start or its last <see cref="Reset"/>.</summary>
    /// <param name="series">The series.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    public long GetRows(int series) => (long)State(_numbers.Checked(series))[0];

    /// <summary>Reads the next row of every series.</summary>
    /// <param name="rows">(<see cref="Count"/>, <see cref="InputLength"/>), as <see cref="ForecastEngine.Observe"/> takes each.</param>
    /// <exception cref="ArgumentException">The values are not those of all series.</exception>
    public void Observe(ReadOnlySpan<float> rows) => Observe(_numbers.All, rows);

    /// <summary>Reads the next row of some series; the others wait.</summary>
    /// <param name="series">The series, in any order, none of them twice.</param>
    /// <param name="rows">(series, <see cref="InputLength"/>), in the order of <paramref name="series"/>.</param>
    /// <exception cref="ArgumentException">The values are not those of these series, or a series comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    public void ObserveSome(ReadOnlySpan<int> series, ReadOnlySpan<float> rows)
    {
        _numbers.RequireOnce(series);
        Observe(series, rows);
    }

    /// <summary>Forecasts the rows behind the last one of every series.</summary>
    /// <param name="knownAhead">
    /// The covariates known ahead, (<see cref="Count"/>, rows, <see cref="KnownAhead"/>), as many rows of each series, at most
    /// <see cref="Horizon"/>; see <see cref="ForecastEngine.Forecast"/>. Empty where there are no such columns.
    /// </param>
    /// <returns>
    /// (<see cref="Count"/>, horizon, targets). The next forecasts overwrite it. NaN as long as a target has had no value.
    /// </returns>
    /// <exception cref="ArgumentException">The covariates are no whole rows of all series, or more than the horizon.</exception>
    public ReadOnlySpan<float> Forecast(scoped ReadOnlySpan<float> knownAhead = default)
    {
        int each = Count == 0 ? 0 : knownAhead.Length / Count;
        if (knownAhead.Length != (long)each * Count || each > (long)Horizon * KnownAhead || (KnownAhead > 0 && each % KnownAhead != 0))
            throw new ArgumentException(
                $"The covariates known ahead are {KnownAhead} values for each of at most {Horizon} rows of each of {Count} series, but "
                + $"{knownAhead.Length} values were given. Give as many whole rows of every series.",
                nameof(knownAhead));
        if (_ahead.Length < knownAhead.Length)
            _ahead = new float[knownAhead.Length];
        for (int i = 0; i < _outputs.Length && _outputs[i].Length < Count * _answers; i++)
            _outputs[i] = new float[checked(_chosen.Length * _answers)];
        knownAhead.CopyTo(_ahead);
        (_count, _aheadOfSeries) = (Count, each);
        _workers.Run((_count + Block - 1) / Block, _forecast);
        return _outputs[0].AsSpan(0, Count * _answers);
    }

    /// <summary>Adds series at their start.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The number of the first of them; the others follow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public int Add(int count = 1)
    {
        int first = Count, room = _numbers.Add(count);
        if (room > _chosen.Length)
        {
            Array.Resize(ref _states, checked(room * _size));
            (_chosen, _rows) = (new int[room], new float[checked(room * InputLength)]);
        }
        for (int series = first; series < Count; series++)
            Reset(series);
        return first;
    }

    /// <summary>Takes a series away. The last series, <see cref="Count"/> - 1, takes its number.</summary>
    /// <param name="series">The series.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    public void Remove(int series)
    {
        var removed = State(_numbers.Checked(series));
        State(Count - 1).CopyTo(removed);
        _numbers.RemoveLast();
    }

    /// <summary>Forgets a series. Its next row is the first of a new one.</summary>
    /// <param name="series">The series.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    public void Reset(int series) => _start.CopyTo(State(_numbers.Checked(series)));

    /// <summary>
    /// Copies what is remembered of a series, with which an engine or a batch of the same model, even in another process, goes on from
    /// here.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetState(int series, Span<byte> destination) => _seal.Write(destination, State(_numbers.Checked(series)));

    /// <summary>Lets a series go on from where a series or an engine of the same model stood.</summary>
    /// <param name="series">The series.</param>
    /// <param name="state">The <see cref="StateLength"/> bytes that GetState wrote.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such series.</exception>
    /// <exception cref="ArgumentException">The bytes are the state of another model. The series stays where it was.</exception>
    /// <exception cref="InvalidDataException">The bytes are no state, or a damaged one. The series stays where it was.</exception>
    public void SetState(int series, ReadOnlySpan<byte> state) => _seal.Read(state, State(_numbers.Checked(series)));

    /// <summary>Ends the threads of the batch.</summary>
    public void Dispose() => _workers.Dispose();

    private void Observe(ReadOnlySpan<int> series, ReadOnlySpan<float> rows)
    {
        if (rows.Length != (long)series.Length * InputLength)
            throw new ArgumentException(
                $"{series.Length} series of this model take rows of {series.Length} x {InputLength} values (targets, covariates known so "
                + $"far, covariates known ahead, static covariates, interval), but {rows.Length} were given. Give the row of one series "
                + "behind that of the other.",
                nameof(rows));
        // Threads see no spans of the caller.
        series.CopyTo(_chosen);
        rows.CopyTo(_rows);
        _count = series.Length;
        _workers.Run((_count + Block - 1) / Block, _observe);
        ForecastEngine.Count(series.Length);
    }

    private void ObserveBlock(int worker, int piece)
    {
        var run = _runs[worker] ??= new ForecastRun(_model);
        for (int i = piece * Block; i < Math.Min((piece + 1) * Block, _count); i++)
        {
            var state = State(_chosen[i]);
            state.CopyTo(run.State.Values);
            run.State.Observe(_rows.AsSpan(i * InputLength, InputLength));
            run.State.Values.CopyTo(state);
        }
    }

    private void ForecastBlock(int worker, int piece)
    {
        var run = _runs[worker] ??= new ForecastRun(_model);
        for (int series = piece * Block; series < Math.Min((piece + 1) * Block, _count); series++)
        {
            State(series).CopyTo(run.State.Values);
            run.Forecast(_ahead.AsSpan(series * _aheadOfSeries, _aheadOfSeries));
            for (int i = 0; i < _outputs.Length; i++)
                run.Outputs[i].CopyTo(_outputs[i].AsSpan(series * _answers));
        }
    }

    private Span<double> State(int series) => _states.AsSpan(series * _size, _size);
}
