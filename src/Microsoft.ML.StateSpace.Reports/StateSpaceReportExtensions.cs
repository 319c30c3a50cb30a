using Microsoft.ML.StateSpace.Reports;

namespace Microsoft.ML;

/// <summary>Reports of fitted models.</summary>
public static class StateSpaceReportExtensions
{
    /// <summary>
    /// Writes a report of a fitted model as one HTML page that needs nothing else: what was chosen, the learning curve, and, where the
    /// network has such, poles, frequency and step responses and its certificate; on test data also how good it is, how far its
    /// probabilities or intervals can be trusted, and its largest errors.
    /// </summary>
    /// <remarks>
    /// The model is a step of this library, or a pipeline that holds one; test data then go through the steps before it. The rows and the
    /// answers to them are kept in memory. The file is written whole or not at all, and the same model and data make the same bytes.
    /// </remarks>
    /// <param name="model">The fitted model: a sequence model of any task, a forecaster, or a pipeline with one of these.</param>
    /// <param name="path">The file. Its folder is made where there is none.</param>
    /// <param name="testData">
    /// Rows with the columns and the labels or targets of the training rows, which the model has not seen. For a forecaster: the table,
    /// whose last rows it has not seen. <see langword="null"/> leaves out all that needs such.
    /// </param>
    /// <param name="options">What else is shown. <see langword="null"/> means the defaults.</param>
    /// <exception cref="ArgumentException">The model is no model of this library and holds none, or it holds several.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are not of the kind that the model was trained on, or none has a known target.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example>
    /// <code>
    /// ITransformer model = pipeline.Fit(trainData);
    /// model.WriteReport("report.html", testData);
    /// </code>
    /// </example>
    public static void WriteReport(this ITransformer model, string path, IDataView? testData = null, ReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        model.CreateReport(testData, options).Save(path);
    }

    /// <summary>Makes the page that <see cref="WriteReport"/> writes, to add sections of one's own behind those of the report.</summary>
    /// <param name="model">The fitted model: a sequence model of any task, a forecaster, or a pipeline with one of these.</param>
    /// <param name="testData">Rows that the model has not seen. <see langword="null"/> leaves out all that needs such.</param>
    /// <param name="options">What else is shown. <see langword="null"/> means the defaults.</param>
    /// <exception cref="ArgumentException">The model is no model of this library and holds none, or it holds several.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are not of the kind that the model was trained on, or none has a known target.
    /// </exception>
    public static ReportPage CreateReport(this ITransformer model, IDataView? testData = null, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ReportOptions();
        options.Validate();
        return ModelReport.Of(model, testData, options);
    }
}
