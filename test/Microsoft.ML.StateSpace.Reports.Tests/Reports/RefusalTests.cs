using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Reports.Tests.Testing;

namespace Microsoft.ML.StateSpace.Reports.Tests.Reports;

/// <summary>What cannot be reported is refused, with a remedy.</summary>
public class RefusalTests
{
    private readonly MLContext _context = new(seed: 1);

    private IDataView Rows => _context.Data.LoadFromEnumerable(TestRows.Waves(6, 1));

    [Fact]
    public void PipelineWithoutAModel_IsRefused()
        => Invoking(() => _context.Transforms.CopyColumns("A", "Kind").Fit(Rows).CreateReport())
            .Should().Throw<ArgumentException>().WithMessage("There is no report of ColumnCopyingTransformer.*pipeline that holds one*");

    [Fact]
    public void PipelineWithTwoModels_IsRefused()
    {
        var model = Gallery.Of("regression").Model;
        var two = new TwoSteps(model, model);

        Invoking(() => two.CreateReport()).Should().Throw<ArgumentException>().WithMessage("*has 2 steps of which there are reports*");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void Examples_OutOfRange_AreRefused(int examples)
        => Invoking(() => Gallery.Of("regression").Model.CreateReport(options: new() { Examples = examples }))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("Examples must lie in *0, 100*");

    [Fact]
    public void BlankTitle_IsRefused()
        => Invoking(() => Gallery.Of("regression").Model.CreateReport(options: new() { Title = " " }))
            .Should().Throw<ArgumentException>().WithMessage("Title is blank*leave Title null*");

    [Fact]
    public void Refits_AreRefused()
    {
        var exhibit = Gallery.Of("forecaster");

        Invoking(() => exhibit.Model.CreateReport(exhibit.Data, new() { Backtest = new() { Refits = 2 } }))
            .Should().Throw<ArgumentException>().WithMessage("Refits is 2*Set Refits of ReportOptions.Backtest to 0*");
        exhibit.Model.CreateReport(exhibit.Data, new() { Backtest = new() { Refits = 0, TestRows = 14 } }).ToString()
            .Should().Contain("Forecasts after 24 rows of 3 series");
    }

    [Fact]
    public void TestDataWithoutTheTarget_AreRefused()
    {
        var data = _context.Transforms.DropColumns("Levels").Fit(Rows).Transform(Rows);

        Invoking(() => Gallery.Of("regression").Model.CreateReport(data))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*'Levels'*");
    }

    [Fact]
    public void FileThatIsAFolder_IsRefused_AndNothingIsLeft()
    {
        string folder = Directory.CreateTempSubdirectory("report-").FullName, path = Path.Combine(folder, "report.html");
        Directory.CreateDirectory(path);

        Invoking(() => Gallery.Of("regression").Model.WriteReport(path)).Should().Throw<Exception>()
            .Which.Should().Match(error => error is IOException || error is UnauthorizedAccessException);

        Directory.GetFileSystemEntries(folder).Should().Equal(path);
        Directory.Delete(folder, recursive: true);
    }

    private sealed class TwoSteps(params ITransformer[] steps) : ITransformer, IEnumerable<ITransformer>
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

        public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)steps).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
