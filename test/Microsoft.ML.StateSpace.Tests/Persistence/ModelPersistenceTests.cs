using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Persistence;

public class ModelPersistenceTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void SaveAndLoad_InTheMiddleOfAChainIsBitExact()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed());
        var chain = _ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(_ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(_ml.Transforms.StateSpace.SequenceClassification(Views.Options()))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(rows);

        var loaded = Load(Save(chain, rows.Schema));

        Cells.Read(loaded.Transform(rows)).Should().Equal(Cells.Read(chain.Transform(rows)));
    }

    [Fact]
    public void SaveAndLoad_TwiceIsTheSameModel()
    {
        var view = Views.Fixed(_ml);
        var model = Views.FitFixed(_ml);

        var first = Load(Save(model, view.Schema));
        var second = Load(Save(first, view.Schema));

        Cells.Read(second.Transform(view)).Should().Equal(Cells.Read(model.Transform(view)));
    }

    [Fact]
    public void Load_GivesBackOptionsAndSummary()
    {
        var model = Views.FitFixed(_ml);

        var loaded = Single(Load(Save(model, Views.Fixed(_ml).Schema))).Should().BeOfType<SequenceClassificationTransformer>().Which;

        loaded.Options.Should().Be(model.Options);
        loaded.Summary.Should().Be(model.Summary);
    }

    [Fact]
    public void SaveParameters_WritesTheModelFile()
    {
        var model = Views.FitFixed(_ml);
        string path = Path.GetTempFileName();
        try
        {
            model.SaveParameters(path);
            using var stream = File.OpenRead(path);
            var read = ModelFile.Read(stream);
            model.Model.Parameters.Values.SequenceEqual(read.Parameters.Values).Should().BeTrue();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ITransformer Single(ITransformer loaded) => loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded;

    private byte[] Save(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    private static ITransformer Load(byte[] file) => new MLContext().Model.Load(new MemoryStream(file), out _);
}
