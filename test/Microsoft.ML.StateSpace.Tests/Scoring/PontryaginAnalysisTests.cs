using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Scoring;

/// <summary>The analysis of costates, from a fitted transformer and rows with the columns that it was trained with.</summary>
public class PontryaginAnalysisTests
{
    private readonly MLContext _ml = new(seed: 1);

    private StateSpaceCatalog Catalog => _ml.Transforms.StateSpace;

    public static TheoryData<string> Tasks => ["class", "yes or no", "number", "tags", "series", "tokens"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void OfEveryTask_AnalysisReadsTheColumnsOfTraining(string task)
    {
        var (model, view) = Fit(task);
        var analysis = Catalog.PontryaginAnalysis(model, view, trajectoryOf: 3);

        analysis.Sequences.Should().Be(task == "series" ? 20 : 30);
        analysis.Terms.Should().Be(ResidualTerms.Sequences);
        analysis.Residuals.Select(group => group.Name).Should().Contain(["encoder", "Blocks.0 poles", "Blocks.0 scaffold", "decoder"]);
        analysis.Residuals.Sum(group => group.Parameters).Should().Be(model.Summary.ParameterCount);
        analysis.Cores.Should().ContainSingle().Which.PoleReaches.Should().HaveCount(model.Poles.Count);
        analysis.Trajectory.Sequence.Should().Be(3);
        analysis.Trajectory.Streams.Should().HaveCount(2);

        // What is saved is enough for it.
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var chain = _ml.Model.Load(file, out _);
        var loaded = chain as SequenceTransformer ?? ((IEnumerable<ITransformer>)chain).OfType<SequenceTransformer>().Single();
        Catalog.PontryaginAnalysis(loaded, view, trajectoryOf: 3).ToString().Should().Be(analysis.ToString());
    }

    // Steps for which the first one is held, and washout, are those of training.
    [Fact]
    public void HeldStepsAndWashout_AreThoseOfTraining()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        SequenceToSequenceOptions options = new()
        {
            Architecture = Samples.Small, Training = Samples.Quick with { Washout = 2 }, WarmUp = 5,
        };
        var trajectory = Catalog.PontryaginAnalysis(Catalog.SequenceToSequence(options).Fit(view), view).Trajectory;

        trajectory.Length.Should().Be(15);
        int width = trajectory.Streams[1].Width;
        trajectory.Streams[1].Costates.Chunk(width).Select(row => row.Any(p => p != 0))
            .Should().Equal([.. Enumerable.Repeat(false, 7), .. Enumerable.Repeat(true, 8)]);
    }

    private (SequenceTransformer Model, IDataView View) Fit(string task)
    {
        switch (task)
        {
            case "class":
                return (Views.FitFixed(_ml), Views.Fixed(_ml));
            case "tokens":
                var tokens = Views.Tokens(_ml);
                return (_ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(tokens), tokens);
            case "yes or no":
                var rows = _ml.Data.LoadFromEnumerable(Samples.Binary());
                return (_ml.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
                { Architecture = Samples.Small, Training = Samples.Quick }).Fit(rows), rows);
            case "number":
                var levels = _ml.Data.LoadFromEnumerable(Samples.Levels());
                return (_ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions
                { Architecture = Samples.Small, Training = Samples.Quick }).Fit(levels), levels);
            case "tags":
                var tags = Views.Tagged(_ml, Samples.Tags());
                return (Catalog.SequenceTagging(Views.TaggingOptions).Fit(tags), tags);
            default:
                var signals = _ml.Data.LoadFromEnumerable(Samples.Signals());
                return (Catalog.SequenceToSequence(new SequenceToSequenceOptions
                { Architecture = Samples.Small, Training = Samples.Quick }).Fit(signals), signals);
        }
    }
}
