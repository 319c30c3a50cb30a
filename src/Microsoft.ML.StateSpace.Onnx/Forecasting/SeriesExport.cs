using System.Globalization;
using System.Text.Json;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>Makes the ONNX model of what reads series row by row: a forecaster, or a detector of anomalies.</summary>
internal static class SeriesExport
{
    private const string Row = "row", Rows = "rows", Lengths = "lengths", KnownAhead = "known_ahead", State = "state",
        NextState = "next_state", Anomaly = "anomaly";

    private static readonly string[] _forecasts = ["forecast", "lower_bound", "upper_bound"];

    /// <summary>
    /// Makes the ONNX model of a forecaster. It takes <c>rows</c> (batch, length, values) and <c>lengths</c> (batch), int64, or of steps
    /// <c>row</c> (batch, values) and <c>state</c> (batch, size), double; and <c>known_ahead</c> (batch, rows, values). It answers
    /// forecasts and bounds behind the last row, (batch, horizon, targets).
    /// </summary>
    /// <param name="options">The options of the forecaster.</param>
    /// <param name="model">The forecaster.</param>
    /// <param name="form">What the model takes at a time.</param>
    public static ModelProto Create(ForecastingOptions options, ForecastModel model, OnnxForm form)
    {
        var graph = new GraphBuilder("StateSpace");
        var forecaster = new OnnxForecaster(graph, model);
        var shape = model.Shape;
        var texts = Texts(options, "Forecasting");
        var memory = form == OnnxForm.Step ? AddStep(graph, shape, texts, forecaster) : AddRows(graph, shape, forecaster.Read);
        var ahead = shape.AheadWidth == 0 ? default : graph.Input(
            KnownAhead, ElementType.Float, ["batch", "rows_ahead", (long)shape.AheadWidth],
            $"What is known of the next rows, at most {shape.Horizon}: covariates known ahead, interval; any number of rows, or none.");
        var (point, lower, upper) = forecaster.Forecast(memory, ahead);
        object[] extents = ["batch", (long)shape.Horizon, (long)shape.Targets];
        graph.Output(_forecasts[0], point, extents, "Forecasts of the next rows; NaN where they are not known.");
        graph.Output(_forecasts[1], lower, extents, "Their lower bounds.");
        graph.Output(_forecasts[2], upper, extents, "Their upper bounds.");
        var columns = _forecasts.Zip(options.OutputNames()).Where(pair => pair.Second is not null);
        texts["columns"] = JsonSerializer.Serialize(new SortedDictionary<string, string>(
            columns.ToDictionary(pair => pair.First, pair => pair.Second!), StringComparer.Ordinal));
        return Model(graph, texts, "A forecaster of series.");
    }

    /// <summary>
    /// Makes the ONNX model of a detector of anomalies. It takes what a forecaster takes, without what is known ahead, and answers alert,
    /// raw score and p-value of each row, (batch, length, targets, 3), or of steps (batch, targets, 3).
    /// </summary>
    /// <param name="model">The detector.</param>
    /// <param name="form">What the model takes at a time.</param>
    public static ModelProto Create(AnomalyModel model, OnnxForm form)
    {
        var graph = new GraphBuilder("StateSpace");
        var detector = new OnnxAnomalies(graph, model);
        var shape = model.Forecaster.Shape;
        var texts = Texts(model.Options.Forecaster, "AnomalyDetection");
        texts["columns"] = JsonSerializer.Serialize(new Dictionary<string, string> { [Anomaly] = model.Options.OutputColumnName });
        const string Meaning = "Alert (1 or 0), raw score and p-value of each target.";
        long size = detector.StateSize, targets = shape.Targets, parts = AnomalyModel.Parts;
        if (form == OnnxForm.Step)
        {
            var (row, state) = StepInputs(graph, shape, ["batch", size]);
            var (answer, next) = detector.Step(state, row);
            graph.Output(Anomaly, answer, ["batch", targets, parts], Meaning, ElementType.Double);
            AddNextState(graph, texts, next, size);
        }
        else
        {
            var answers = AddRows(graph, shape, detector.Score);
            graph.Output(
                Anomaly, answers, ["batch", "length", targets, parts], Meaning, ElementType.Double);
        }
        return Model(graph, texts, "A detector of anomalies in series.");
    }

    private static ForecastMemory AddStep(
        GraphBuilder graph, ForecastShape shape, SortedDictionary<string, string> texts, OnnxForecaster forecaster)
    {
        // How large the state is, is known once the network has taken its part.
        List<object> extents = ["batch", "state"];
        var (row, state) = StepInputs(graph, shape, extents);
        var memory = forecaster.Observe(forecaster.MemoryOf(state), row);
        extents[1] = forecaster.StateSize;
        AddNextState(graph, texts, memory.ToState(shape), forecaster.StateSize);
        return memory;
    }

    private static (Value Row, Value State) StepInputs(GraphBuilder graph, ForecastShape shape, IReadOnlyList<object> stateExtents)
    {
        var row = graph.Input(Row, ElementType.Float, ["batch", (long)shape.Width], RowMeaning);
        var state = graph.Input(State, ElementType.Double, stateExtents, "What is remembered; all zeros before the first row.");
        return (row.To(ElementType.Double), state);
    }

    private static void AddNextState(GraphBuilder graph, SortedDictionary<string, string> texts, Value next, long size)
    {
        graph.Output(NextState, next, ["batch", size], "What is remembered, the state of the next row.", ElementType.Double);
        texts["state_size"] = size.ToString(CultureInfo.InvariantCulture);
    }

    // Whole series of any lengths, padded to the longest.
    private static T AddRows<T>(GraphBuilder graph, ForecastShape shape, Func<Value, Value, T> read)
    {
        var rows = graph.Input(Rows, ElementType.Float, ["batch", "length", (long)shape.Width], RowMeaning);
        return read(rows, graph.Input(Lengths, ElementType.Int64, ["batch"], "Rows of each series."));
    }

    private static SortedDictionary<string, string> Texts(ForecastingOptions options, string task) => new(StringComparer.Ordinal)
    {
        ["task"] = task,
        ["row_columns"] = JsonSerializer.Serialize(options.InputNames()),
    };

    private static ModelProto Model(GraphBuilder graph, SortedDictionary<string, string> texts, string description)
        => new(graph.Graph, graph.OperatorSets, texts)
        {
            ProducerVersion = typeof(SeriesExport).Assembly.GetName().Version!.ToString(3),
            Description = description,
        };

    private const string RowMeaning =
        "Targets, covariates known so far, covariates known ahead, static covariates, interval; NaN is a missing value.";
}
