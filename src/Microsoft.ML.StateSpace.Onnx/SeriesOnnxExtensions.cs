using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Onnx.Forecasting;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Writes forecasters and detectors of anomalies as ONNX files, which ONNX Runtime and other programs run without .NET.
/// </summary>
/// <remarks>
/// <para>
/// Inputs of whole series (<see cref="OnnxForm.Sequences"/>):
/// </para>
/// <list type="table">
/// <item><term>rows</term><description>
/// (batch, length, values), float: in each row targets, covariates known so far, covariates known ahead, static covariates and interval, in
/// the order of the options; NaN is a missing value. What stands behind the length of a series changes nothing.
/// </description></item>
/// <item><term>lengths</term><description>(batch), int64: the rows of each series.</description></item>
/// <item><term>known_ahead</term><description>
/// (batch, rows, values), float, of a forecaster that has such: covariates known ahead, and interval, of the rows behind the last one, at
/// most as many as the horizon. Forecasts of steps behind them are NaN where there are covariates known ahead.
/// </description></item>
/// </list>
/// <para>
/// One row (<see cref="OnnxForm.Step"/>) is <c>row</c>, (batch, values), and in the place of <c>lengths</c> the input <c>state</c>, (batch,
/// size), double, all zeros before the first row of a series; the output <c>next_state</c>, of the same shape, is the state of the next
/// row.
/// </para>
/// <para>
/// Outputs of a forecaster: <c>forecast</c>, <c>lower_bound</c> and <c>upper_bound</c>, (batch, horizon, targets), float, of the rows
/// behind the last one. Of a detector: <c>anomaly</c>, double, alert (1 or 0), raw score and p-value of each target, (batch, length,
/// targets, 3), or of one row (batch, targets, 3).
/// </para>
/// <para>
/// Texts stored with the model: <c>task</c>; <c>row_columns</c>, a JSON array of the columns of a row; <c>columns</c>, a JSON object from
/// outputs to the columns of the table; <c>state_size</c> of a step. Operators are those of ONNX's set 17. What is remembered of a series
/// is in doubles, as in ML.NET.
/// </para>
/// </remarks>
public static class SeriesOnnxExtensions
{
    /// <summary>
    /// Writes a forecaster as an ONNX file. The file is written whole or not at all: where that fails, an older file of this name stays as
    /// it was.
    /// </summary>
    /// <param name="forecaster">The forecaster.</param>
    /// <param name="path">The file, <c>.onnx</c> by custom. Its folder is made where there is none.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole series.</param>
    /// <exception cref="NotSupportedException">The network has a part that ONNX cannot hold; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example>
    /// <code>
    /// forecaster.SaveAsOnnx("forecaster.onnx");
    /// forecaster.SaveAsOnnx("step.onnx", new OnnxExportOptions { Form = OnnxForm.Step });
    /// </code>
    /// </example>
    public static void SaveAsOnnx(this ForecastingTransformer forecaster, string path, OnnxExportOptions? options = null)
        => Write(path, Export(forecaster, options));

    /// <summary>Writes a forecaster to a stream, as an ONNX file.</summary>
    /// <param name="forecaster">The forecaster.</param>
    /// <param name="stream">Where it is written. The stream stays open.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole series.</param>
    /// <exception cref="NotSupportedException">The network has a part that ONNX cannot hold; the message names it.</exception>
    public static void SaveAsOnnx(this ForecastingTransformer forecaster, Stream stream, OnnxExportOptions? options = null)
        => Write(stream, Export(forecaster, options));

    /// <summary>Writes a detector of anomalies as an ONNX file, whole or not at all.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="path">The file, <c>.onnx</c> by custom. Its folder is made where there is none.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole series.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example>
    /// <code>
    /// detector.SaveAsOnnx("detector.onnx", new OnnxExportOptions { Form = OnnxForm.Step });
    /// </code>
    /// </example>
    public static void SaveAsOnnx(this AnomalyTransformer detector, string path, OnnxExportOptions? options = null)
        => Write(path, Export(detector, options));

    /// <summary>Writes a detector of anomalies to a stream, as an ONNX file.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="stream">Where it is written. The stream stays open.</param>
    /// <param name="options">How it is exported. Default: <see langword="null"/>, whole series.</param>
    public static void SaveAsOnnx(this AnomalyTransformer detector, Stream stream, OnnxExportOptions? options = null)
        => Write(stream, Export(detector, options));

    private static ModelProto Export(ForecastingTransformer forecaster, OnnxExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        return SeriesExport.Create(forecaster.Options, forecaster.Model, options?.Form ?? OnnxForm.Sequences);
    }

    private static ModelProto Export(AnomalyTransformer detector, OnnxExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(detector);
        return SeriesExport.Create(detector.Model, options?.Form ?? OnnxForm.Sequences);
    }

    private static void Write(string path, ModelProto model)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = model.ToMemory();
        AtomicFile.Write(path, stream => stream.Write(bytes.Span));
    }

    private static void Write(Stream stream, ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(model.ToMemory().Span);
    }
}
