using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Conformance;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>The step of a pipeline, saved and loaded with it.</summary>
public class TablePipelineTests
{
    private static readonly SequenceTableOptions Timed = Options with
    {
        LabelColumnNames = ["Fault"], TimeColumnName = "Time", FeatureColumnNames = ["Hour", "Valve"],
    };

    [Fact]
    public void OneFile_LeadsFromATableToPredictions()
    {
        var table = View(Of(6, 7, 8, 9, 5, 6));
        var pipeline = Ml.Transforms.StateSpace.ToSequences(Timed)
            .Append(Ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(Ml.MulticlassClassification.Trainers.StateSpace(new SequenceClassificationOptions
            {
                IntervalColumnName = "Intervals", Architecture = Samples.Small, Training = Samples.Quick,
            }))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        pipeline.GetOutputSchema(Friend.ShapeOf(table.Schema)).Select(column => column.Name).Should().Contain("PredictedLabel");
        var model = pipeline.Fit(table);

        var (loaded, schema) = SaveAndLoad(model, table.Schema);

        schema.Select(column => column.Name).Should().Contain("Pressure");
        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(model.Transform(table))).And.HaveCount(6);
    }

    [Fact]
    public void AFileWithoutTheLabel_IsReadByTheLoaderOfTraining()
    {
        string path = Path.GetTempFileName();
        TextLoader.Column[] columns
            = [new("Machine", DataKind.String, 0), new("Pressure", DataKind.Single, 1), new("Fault", DataKind.String, 2)];
        try
        {
            File.WriteAllLines(path, Of(5, 6, 7, 4, 5, 6).Select(row => $"{row.Machine},{row.Hour},{row.Fault}"));
            var table = Ml.Data.LoadFromTextFile(path, columns, ',');
            var pipeline = Ml.Transforms.StateSpace.ToSequences("Machine", ["Pressure"], labelColumnName: "Fault")
                .Append(Ml.Transforms.Conversion.MapValueToKey("Label"))
                .Append(Ml.MulticlassClassification.Trainers.StateSpace(Views.Options()));
            var (model, _) = SaveAndLoad(pipeline.Fit(table), table.Schema);
            string[] expected = Column(model.Transform(table), "Score");

            File.WriteAllLines(path, Of(5, 6, 7, 4, 5, 6).Select(row => $"{row.Machine},{row.Hour}"));

            Column(model.Transform(Ml.Data.LoadFromTextFile(path, columns, ',')), "Score").Should().Equal(expected);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Windows_AreKeptInTheFile()
    {
        var table = View(Of(9, 4));
        var options = Windows(3, 2) with
        {
            Horizon = 1, KeepsIncomplete = true, LabelColumnNames = ["Load", "Count"], Target = TableTarget.EveryStep,
            TimeColumnName = "Hour", OrderColumnName = "Time", TimeUnit = 0.5, SortsRows = true, FeatureOutputColumnName = "Input",
            LabelOutputColumnName = "Target", IntervalOutputColumnName = "Steps", FirstRowColumnName = "From", LastRowColumnName = "To",
        };
        var step = Ml.Transforms.StateSpace.ToWindows(options).Fit(table);

        var loaded = (SequenceTableTransformer)SaveAndLoad(step, table.Schema).Model;

        loaded.Options.Should().BeEquivalentTo(options, o => o.RespectingRuntimeTypes());
        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(Ml.Data.ToWindows(table, options)));
    }

    [Fact]
    public void TheUnitOfTime_IsThatOfTheTrainingRows()
    {
        var fast = Of(4);
        for (int t = 0; t < fast.Length; t++)
            fast[t].Time = Start.AddMinutes(15 * t);

        var step = Ml.Transforms.StateSpace.ToSequences(Timed).Fit(View(Of(4)));

        step.Options.TimeUnit.Should().Be(3600);
        Column(step.Transform(View(fast)), "Intervals").Should().Equal("1,0.25,0.25,0.25");
    }

    [Fact]
    public void RowsWithoutLabels_CanBePredicted()
    {
        var step = Ml.Transforms.StateSpace.ToWindows(3, "Machine", ["Pressure"], labelColumnName: "Load", horizon: 2).Fit(View(Of(6)));

        var windows = step.Transform(Ml.Transforms.DropColumns("Load").Fit(View(Of(4))).Transform(View(Of(4))));

        windows.Schema.GetColumnOrNull("Label").Should().BeNull();
        Column(windows, "Features").Should().Equal("0,1,2", "1,2,3");
    }

    [Fact]
    public void TheSchema_IsAsPromised()
    {
        var table = View(Of(3, 4));
        var keyed = Ml.Transforms.Conversion.MapValueToKey("Key", "Fault").Fit(table).Transform(table);
        TableOptions[] all =
        [
            Timed, Timed with { LabelColumnNames = ["Key"], Target = TableTarget.EveryStep }, Options with { FeatureColumnNames = ["Key"] },
            Windows(2) with { LabelColumnNames = ["Load", "Count"] }, Windows(2) with { LabelColumnNames = ["Key"] },
            Windows(2) with { LabelColumnNames = ["Valve"], Target = TableTarget.EveryStep, KeepsIncomplete = true },
        ];

        foreach (var options in all)
        {
            IEstimator<SequenceTableTransformer> estimator = options is WindowOptions windows
                ? Ml.Transforms.StateSpace.ToWindows(windows) : Ml.Transforms.StateSpace.ToSequences((SequenceTableOptions)options);
            var fitted = estimator.Fit(keyed);

            SchemaComparison.Shape(fitted.Transform(keyed).Schema).Should()
                .Equal(SchemaComparison.Shape(estimator.GetOutputSchema(Friend.ShapeOf(keyed.Schema))), $"{options}");
            SchemaComparison.Describe(fitted.GetOutputSchema(keyed.Schema)).Should()
                .Equal(SchemaComparison.Describe(fitted.Transform(keyed).Schema));
        }
    }

    [Fact]
    public void ARowAlone_IsRefusedInWords()
    {
        var step = Ml.Transforms.StateSpace.ToSequences(Options).Fit(View(Of(2)));

        step.IsRowToRowMapper.Should().BeFalse();
        Invoking(() => step.GetRowToRowMapper(View(Of(2)).Schema)).Should().Throw<NotSupportedException>().WithMessage("*Call Transform*");
    }

    private static (ITransformer Model, DataViewSchema Schema) SaveAndLoad(ITransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        Ml.Model.Save(model, schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out var loadedSchema);
        return (loaded, loadedSchema);
    }
}
