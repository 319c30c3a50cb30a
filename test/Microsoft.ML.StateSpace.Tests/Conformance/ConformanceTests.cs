using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

public class ConformanceTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView NoSequence => _ml.Data.LoadFromEnumerable([new { Other = 1f }, new { Other = 2f }]);

    private IDataView ScalarSequence => _ml.Data.LoadFromEnumerable([new { Features = 1f, Input = 1f, Target = 1f, Label = true }]);

    /// <summary>Eleven values, which are no whole number of time steps of two channels.</summary>
    private IDataView BrokenTimeSteps
        => Views.Keyed(_ml, Samples.Fixed().Select(row => new ElevenValues { Features = row.Features[..11], Name = row.Name }));

    [Fact]
    public void SequenceClassification_OfKnownSize_Conforms()
        => new EstimatorConformance(_ml, _ml.Transforms.StateSpace.SequenceClassification(Views.Options()), Views.Fixed(_ml))
        {
            Invalid = [NoSequence, ScalarSequence],
            InvalidToTransform = [Views.Keyed(_ml, Samples.Dimensioned()), Views.Tokens(_ml)],
        }.Check();

    [Fact]
    public void SequenceClassification_WithDimensions_Conforms()
        => new EstimatorConformance(_ml, _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()),
            Views.Keyed(_ml, Samples.Dimensioned()))
        {
            Invalid = [NoSequence],
            InvalidToTransform = [BrokenTimeSteps],
        }.Check();

    [Fact]
    public void SequenceClassification_OfVariableSize_Conforms()
        => new EstimatorConformance(_ml, _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2)),
            Views.Keyed(_ml, Samples.Variable()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void SequenceClassification_OfTokens_Conforms()
        => new EstimatorConformance(_ml, _ml.Transforms.StateSpace.SequenceClassification(Views.Options()), Views.Tokens(_ml))
        {
            Invalid = [NoSequence],
            InvalidToTransform = [Views.Fixed(_ml)],
        }.Check();

    [Fact]
    public void BinaryClassification_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.BinaryClassification.Trainers.StateSpace(
                new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Binary()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void Regression_OfANumber_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Levels()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void Regression_OfAVector_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { LabelColumnName = "Pair", Architecture = Samples.Small, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Levels()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void Tagging_OfVariableSize_Conforms()
        => new EstimatorConformance(_ml, _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions), Views.Tagged(_ml, Samples.Tags()))
        {
            Invalid = [NoSequence, ScalarSequence, Views.Fixed(_ml)],
        }.Check();

    [Fact]
    public void Tagging_OfKnownSize_Conforms()
        => new EstimatorConformance(
            _ml, _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions), Views.Tagged(_ml, Samples.FixedTags()))
        {
            Invalid = [NoSequence, ScalarSequence, Views.Fixed(_ml)],
        }.Check();

    [Fact]
    public void SequenceToSequence_OfKnownSize_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Signals()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void SequenceToSequence_OfVariableSize_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick, Channels = 2, Outputs = 2 }),
            _ml.Data.LoadFromEnumerable(Samples.VariableSignals()))
        {
            Invalid = [NoSequence, ScalarSequence],
        }.Check();

    [Fact]
    public void SequenceToSequence_OfIrregularSamples_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { IntervalColumnName = "Intervals", Architecture = Samples.Small, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.IrregularSignals()))
        {
            Invalid = [NoSequence, ScalarSequence, _ml.Data.LoadFromEnumerable(Samples.Signals())],
        }.Check();

    [Fact]
    public void SequenceClassification_OfIrregularSamples_Conforms()
        => new EstimatorConformance(
            _ml, _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2) with { IntervalColumnName = "Intervals" }),
            Views.Keyed(_ml, Samples.Irregular()))
        {
            Invalid = [NoSequence, Views.Keyed(_ml, Samples.Variable())],
        }.Check();

    [Fact]
    public void BinaryClassification_OfIrregularSamples_Conforms()
        => new EstimatorConformance(
            _ml,
            _ml.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
            {
                LabelColumnName = "Answer", IntervalColumnName = "Intervals", Channels = 2, Architecture = Samples.Small,
                Training = Samples.Quick,
            }),
            _ml.Data.LoadFromEnumerable(Samples.Irregular()))
        {
            Invalid = [NoSequence, _ml.Data.LoadFromEnumerable(Samples.Variable())],
        }.Check();

    private sealed class ElevenValues
    {
        [VectorType(11)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
