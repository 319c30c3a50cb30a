using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Trains a deep state-space model to turn one sequence into another, with one output vector for each time step. Uses are system
/// identification, filtering and soft sensors.
/// </summary>
/// <remarks>
/// <para>Create this estimator with <c>mlContext.Transforms.StateSpace.SequenceToSequence</c>. The loss is the squared error of the
/// standardised targets. The output is in the unit of the targets.</para>
/// <para><b>Input and output columns</b></para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term><c>Input</c> (in)</term><description>A vector of <see cref="float"/> of known or variable size, in time-major order:
/// all channels of the first time step, then all channels of the second, and so on. If the vector has several dimensions, the last one
/// is the channels. Or a vector of keys, with one token for each time step. Rows to be scored may have another length than in training,
/// and may come as a vector without dimensions, of whole time steps.</description></item>
/// <item><term><c>IntervalColumnName</c> (in, optional)</term><description>A vector of <see cref="float"/>: for each time step the time
/// since the previous one, in units of the usual interval.</description></item>
/// <item><term><c>Target</c> (in, to fit)</term><description>A vector of <see cref="float"/> in time-major order, with as many
/// time steps as the input. It is needed for fitting only.</description></item>
/// <item><term><c>Output</c> (out)</term><description>A vector of <see cref="float"/> in time-major order. Its size is known if that of
/// the input is. NaN if a feature is NaN.</description></item>
/// </list>
/// <para><b>Estimator characteristics</b></para>
/// <list type="table">
/// <listheader><term>Question</term><description>Answer</description></listheader>
/// <item><term>Machine learning task</term><description>Regression, with one output vector for each time step.</description></item>
/// <item><term>Is normalization required?</term><description>No: channels and targets are standardised inside the
/// model.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.StateSpace.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// <item><term>Permutation feature importance</term><description>No: ML.NET's <c>PermutationFeatureImportance</c> permutes the slots of
/// a vector of known size for its own predictors, and answers any other with "does not have a compatible
/// predictor".</description></item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// var estimator = mlContext.Transforms.StateSpace.SequenceToSequence(
///     outputColumnName: "Output", inputColumnName: "Input", targetColumnName: "Target");
/// SequenceToSequenceTransformer model = estimator.Fit(trainData);
/// SequenceToSequenceMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(testData));
/// Console.WriteLine($"RMSE {metrics.RootMeanSquaredError:f4}, fit {metrics.FitPercent:f1} %");
/// </code>
/// </example>
public sealed class SequenceToSequenceEstimator : SequenceEstimator<SequenceToSequenceTransformer>
{
    private readonly SequenceToSequenceOptions _options;

    internal SequenceToSequenceEstimator(IHostEnvironment environment, SequenceToSequenceOptions options)
        : base(environment, options) => _options = options;

    private protected override SchemaShape.Column[] OutputShapes(SchemaShape inputSchema, SchemaShape.Column sequence)
    {
        CheckTarget(inputSchema, _options);
        return [Friend.Column(_options.OutputColumnName, sequence.Kind, NumberDataViewType.Single)];
    }

    private protected override TargetColumn FindTarget(DataViewSchema schema) => FindTarget(schema, _options);

    /// <summary>The targets in rows of this task.</summary>
    internal static TargetColumn FindTarget(DataViewSchema schema, SequenceToSequenceOptions options)
    {
        CheckTarget(Friend.ShapeOf(schema), options);
        return ValueTarget.OfSteps(ColumnCheck.Find(schema, options.TargetColumnName), options.Outputs, nameof(options.Outputs));
    }

    private static void CheckTarget(SchemaShape shape, SequenceToSequenceOptions options)
    {
        var target = ColumnCheck.Find(shape, options.TargetColumnName);
        bool isVector = target.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (target.IsKey || !isVector || !target.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(
                target.Name, ColumnCheck.Describe(target), "a vector of Single, the targets of each time step",
                isVector ? ColumnCheck.MakeSingle(target.Name, target.ItemType, target.IsKey)
                    : ColumnCheck.MakeVector(target.Name, target.ItemType));
    }

    private protected override SequenceToSequenceTransformer CreateTransformer(
        SequenceColumn sequence, TargetColumn target, TrainedModel model) => new(_options, sequence, model);

    private protected override SequenceToSequenceTransformer Complete(
        SequenceToSequenceTransformer free, IDataView rows, TargetColumn target)
        => _options.InitialOutputs == 0
            ? free : new(_options, free.Input, free.Model, InitialOutputsFit.Fit(_options, free, rows, target));
}
