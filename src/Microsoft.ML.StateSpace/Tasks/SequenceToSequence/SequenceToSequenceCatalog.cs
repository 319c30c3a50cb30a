using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model to turn one sequence into another, with one output vector for each time
    /// step.
    /// </summary>
    /// <param name="outputColumnName">The column that is added. It holds the predicted targets, in the unit of the targets.</param>
    /// <param name="inputColumnName">The sequence: a vector of Single in time-major order, or a vector of keys (tokens).</param>
    /// <param name="targetColumnName">
    /// The targets: a vector of Single in time-major order, with the same number of targets for each time step.
    /// </param>
    /// <param name="architecture">The network. <see langword="null"/> means S5 with sizes chosen from the data.</param>
    /// <param name="epochs">
    /// The largest number of passes over the data. <see langword="null"/> means that it is chosen from the data.
    /// </param>
    /// <param name="channels">
    /// Number of input values in a time step. <see langword="null"/> means the last of the column's dimensions if it has several, otherwise
    /// 1.
    /// </param>
    /// <param name="outputs">
    /// Number of targets in a time step. <see langword="null"/> means the last of the column's dimensions if it has several, otherwise 1.
    /// </param>
    /// <param name="progress">Receives a report after every epoch.</param>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.SequenceToSequence(
    ///     outputColumnName: "Output", inputColumnName: "Input", targetColumnName: "Target");
    /// SequenceToSequenceTransformer model = estimator.Fit(trainData);
    /// SequenceToSequenceMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(testData));
    /// Console.WriteLine($"RMSE {metrics.RootMeanSquaredError:f4}, fit {metrics.FitPercent:f1} %");
    /// </code>
    /// </example>
    public SequenceToSequenceEstimator SequenceToSequence(
        string outputColumnName = "Output",
        string inputColumnName = "Input",
        string targetColumnName = "Target",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        int? outputs = null,
        IProgress<TrainingProgress>? progress = null)
        => SequenceToSequence(new SequenceToSequenceOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            TargetColumnName = targetColumnName,
            Architecture = architecture,
            Channels = channels,
            Outputs = outputs,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>
    /// Creates an estimator that trains a deep state-space model to turn one sequence into another, with one output vector for each time
    /// step.
    /// </summary>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
    /// {
    ///     Channels = 3,
    ///     Outputs = 1,
    ///     Architecture = new S5Options { Layers = 2, ModelSize = 32, Bidirectional = false },
    ///     Training = new TrainingOptions { Epochs = 50, Seed = 1 },
    /// });
    /// SequenceToSequenceTransformer model = estimator.Fit(trainData);
    /// </code>
    /// </example>
    public SequenceToSequenceEstimator SequenceToSequence(SequenceToSequenceOptions options) => new(_environment, options);

    /// <summary>Compares predicted sequences with the true ones, over all time steps of all rows.</summary>
    /// <param name="data">The rows, which have both columns.</param>
    /// <param name="targetColumnName">The true sequences.</param>
    /// <param name="outputColumnName">
    /// The predicted sequences. The last of the column's dimensions, if it has several, is the number of outputs.
    /// </param>
    /// <param name="skip">
    /// Number of time steps at the beginning of each row that are left out, because the model's state still depends on its zero start.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or <paramref name="skip"/> is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The two columns of a row differ in length, or no time step is left to evaluate.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView predictions = model.Transform(testData);
    /// SequenceToSequenceMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(
    ///     predictions, targetColumnName: "Target", outputColumnName: "Output", skip: 50);
    /// Console.WriteLine($"RMSE {metrics.RootMeanSquaredError:f4}, fit {metrics.FitPercent:f1} %");
    /// </code>
    /// </example>
    public SequenceToSequenceMetrics EvaluateSequenceToSequence(
        IDataView data, string targetColumnName = "Target", string outputColumnName = "Output", int skip = 0)
        => SequenceToSequenceEvaluator.Evaluate(data, targetColumnName, outputColumnName, skip);

    /// <summary>
    /// Tests whether what a model leaves over of the targets still has a pattern: whether the residuals are white, and independent of the
    /// inputs. See <see cref="ResidualAnalysis"/> for what the tests tell.
    /// </summary>
    /// <param name="data">The rows, which have the columns.</param>
    /// <param name="targetColumnName">The true sequences.</param>
    /// <param name="outputColumnName">
    /// The predicted sequences. The last of the column's dimensions, if it has several, is the number of outputs.
    /// </param>
    /// <param name="inputColumnName">
    /// The inputs, a vector of Single with the same time steps. <see langword="null"/> leaves out the test of independence.
    /// </param>
    /// <param name="lags">The largest lag, in time steps.</param>
    /// <param name="skip">
    /// Number of time steps at the beginning of each row that are left out, because the model's state still depends on its zero start.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, <paramref name="lags"/> is below 1, or <paramref name="skip"/> is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The columns of a row differ in length, or too few time steps with a known target are left.
    /// </exception>
    /// <example>
    /// <code>
    /// ResidualAnalysis residuals = mlContext.Transforms.StateSpace.AnalyzeResiduals(model.Transform(testData), skip: 50);
    /// foreach (OutputResiduals output in residuals.Outputs)
    ///     Console.WriteLine($"white {output.IsWhite} (p = {output.LjungBoxPValue:f3}), independent of the inputs {output.IsIndependent}");
    /// </code>
    /// </example>
    public ResidualAnalysis AnalyzeResiduals(
        IDataView data, string targetColumnName = "Target", string outputColumnName = "Output", string? inputColumnName = "Input",
        int lags = 25, int skip = 0)
        => ResidualReader.Analyze(data, targetColumnName, outputColumnName, inputColumnName, lags, skip);

    /// <summary>
    /// Fits a noise model to what a simulation leaves over of the targets. With it <see cref="EvaluatePrediction"/> says how well the model
    /// predicts one step ahead, or a few, where outputs are measured as they come. See <see cref="NoiseModel"/>.
    /// </summary>
    /// <param name="data">The training rows, with the answers of the model.</param>
    /// <param name="targetColumnName">The true sequences.</param>
    /// <param name="outputColumnName">
    /// The simulated sequences. The last of the column's dimensions, if it has several, is the number of outputs.
    /// </param>
    /// <param name="skip">
    /// Number of time steps at the beginning of each row that are left out, because the model's state still depends on its zero start.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or <paramref name="skip"/> is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">The columns of a row differ in length, or no time step is left.</exception>
    /// <example>
    /// <code>
    /// NoiseModel noise = mlContext.Transforms.StateSpace.FitNoiseModel(model.Transform(trainData));
    /// SequenceToSequenceMetrics simulated = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(testData));
    /// SequenceToSequenceMetrics predicted = mlContext.Transforms.StateSpace.EvaluatePrediction(model.Transform(testData), noise);
    /// Console.WriteLine($"RMSE {simulated.RootMeanSquaredError:f4} in free run, {predicted.RootMeanSquaredError:f4} one step ahead");
    /// </code>
    /// </example>
    public NoiseModel FitNoiseModel(
        IDataView data, string targetColumnName = "Target", string outputColumnName = "Output", int skip = 0)
        => ResidualReader.FitNoise(data, targetColumnName, outputColumnName, skip);

    /// <summary>
    /// Compares predictions some steps ahead with the true sequences: what the model simulates, corrected by its errors on the steps
    /// before. Where the targets of a step are missing, its errors are replaced by what was expected of them.
    /// </summary>
    /// <param name="data">The rows to test on, with the answers of the model.</param>
    /// <param name="noiseModel">How errors go on, from <see cref="FitNoiseModel"/> on training rows.</param>
    /// <param name="steps">
    /// How many steps ahead, at least 1: the prediction of a step knows the targets up to that many steps before it.
    /// </param>
    /// <param name="targetColumnName">The true sequences.</param>
    /// <param name="outputColumnName">
    /// The simulated sequences. The last of the column's dimensions, if it has several, is the number of outputs.
    /// </param>
    /// <param name="skip">
    /// Number of time steps at the beginning of each row that are left out of the metrics; their targets are known all the same.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, <paramref name="steps"/> is below 1, or <paramref name="skip"/> is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The two columns of a row differ in length, the noise model has other outputs, or no time step is left to evaluate.
    /// </exception>
    public SequenceToSequenceMetrics EvaluatePrediction(
        IDataView data, NoiseModel noiseModel, int steps = 1, string targetColumnName = "Target", string outputColumnName = "Output",
        int skip = 0)
        => ResidualReader.Evaluate(data, noiseModel, steps, targetColumnName, outputColumnName, skip);
}
