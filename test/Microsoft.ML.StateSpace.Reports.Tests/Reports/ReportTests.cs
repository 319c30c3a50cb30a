using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Reports.Tests.Testing;

namespace Microsoft.ML.StateSpace.Reports.Tests.Reports;

/// <summary>What a page says is what the library says elsewhere.</summary>
public partial class ReportTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("classification", "How good it is|Calibration|The largest errors|Learning curve|What was chosen|Poles|Frequency responses|"
        + "How far back the loss sees")]
    [InlineData("bank", "How good it is|Calibration|The largest errors|Learning curve|What was chosen")]
    [InlineData("regression", "How good it is|The largest errors|Learning curve|What was chosen|Poles")]
    [InlineData("linear system", "How good it is|The largest errors|Learning curve|What was chosen|Poles|Frequency and step responses")]
    [InlineData("certified", "How good it is|The largest errors|Learning curve|What was chosen|Poles|Frequency responses|Certificate")]
    [InlineData("forecaster", "How good it is|Calibration of the intervals|Forecasts|The largest errors|What was chosen")]
    public void Report_HasTheSectionsThatApply(string name, string sections)
        => string.Join('|', Heading().Matches(Gallery.Of(name).Html).Select(heading => heading.Groups[1].Value)).Should().Be(sections);

    [Fact]
    public void Classification_SaysWhatMicrosoftsEvaluatorSays()
    {
        var exhibit = Gallery.Of("classification");
        var metrics = _context.MulticlassClassification.Evaluate(exhibit.Model.Transform(exhibit.Data!));

        string html = exhibit.Html;

        Numbers(html)["accuracy"].Should().Be(Number.Percent(metrics.MicroAccuracy));
        Numbers(html)["mean recall of classes"].Should().Be(Number.Percent(metrics.MacroAccuracy));
        Numbers(html)["log loss"].Should().Be(Number.Text(metrics.LogLoss));
        var matrix = Table(html, "Confusion matrix: rows of each true class by the class that was answered");
        for (int row = 0; row < 3; row++)
            matrix[row].Should().Equal([
                TestRows.Kinds[row], .. metrics.ConfusionMatrix.Counts[row].Select(count => Number.Text((long)count))]);
    }

    [Fact]
    public void Binary_SaysWhatMicrosoftsEvaluatorSays()
    {
        var exhibit = Gallery.Of("binary");
        var metrics = _context.BinaryClassification.Evaluate(exhibit.Model.Transform(exhibit.Data!), "IsFast");

        Numbers(exhibit.Html)["accuracy"].Should().Be(Number.Percent(metrics.Accuracy));
        Numbers(exhibit.Html)["area under the ROC curve"].Should().Be(Number.Text(metrics.AreaUnderRocCurve));
    }

    [Fact]
    public void SequenceToSequence_SaysWhatItsEvaluatorSays()
    {
        var exhibit = Gallery.Of("linear system");
        var metrics = _context.Transforms.StateSpace.EvaluateSequenceToSequence(
            exhibit.Model.Transform(exhibit.Data!), "Sum", "Output", skip: 4);

        Table(exhibit.Html, "Error of each output")[0].Should().Equal(
            "Sum", Number.Text(48L * 20), Number.Text(metrics.RootMeanSquaredError), Number.Text(metrics.MeanAbsoluteError),
            Number.Text(metrics.NormalizedRootMeanSquaredError), Number.Percent(metrics.FitPercent / 100), Number.Text(metrics.RSquared),
            Number.Percent(metrics.VarianceAccountedFor / 100));
    }

    [Fact]
    public void Tagging_SaysWhatItsEvaluatorSays()
    {
        var exhibit = Gallery.Of("tagging");
        var metrics = _context.Transforms.StateSpace.EvaluateSequenceTagging(exhibit.Model.Transform(exhibit.Data!));

        Numbers(exhibit.Html)["accuracy"].Should().Be(Number.Percent(metrics.MicroAccuracy));
        Numbers(exhibit.Html)["mean F1 of classes"].Should().Be(Number.Text(metrics.MacroF1));
    }

    [Fact]
    public void Forecaster_SaysWhatItsBacktestSays()
    {
        var exhibit = Gallery.Of("forecaster");
        var result = _context.Forecasting.BacktestStateSpace(exhibit.Data!, (ForecastingTransformer)exhibit.Model);

        var numbers = Numbers(exhibit.Html);
        numbers["mean absolute error"].Should().Be(Number.Text(result.Forecaster.Overall.MeanAbsoluteError));
        numbers["in 80 % intervals"].Should().Be(Number.Percent(result.Forecaster.Overall.Coverage));
    }

    [Fact]
    public void Quantile_SaysHowManyTargetsLieBelow()
    {
        var exhibit = Gallery.Of("regression");

        exhibit.Html.Should().Contain("trained for the quantile 0.8000")
            .And.MatchRegex(@"Of the targets [\d.]+\S*% are not above its answers");
    }

    [Fact]
    public void LoadedPipeline_HasTheSameReport()
    {
        var exhibit = Gallery.Of("tagging");
        using var stream = new MemoryStream();
        _context.Model.Save(exhibit.Model, exhibit.Data!.Schema, stream);
        stream.Position = 0;

        var loaded = _context.Model.Load(stream, out _);

        loaded.CreateReport(exhibit.Data, new ReportOptions { Examples = 3 }).ToString().Should().Be(exhibit.Html);
    }

    [Fact]
    public void WithoutTestData_ThePageSaysWhatTheModelTells()
    {
        string html = Gallery.Of("regression").Model.CreateReport().ToString();

        Heading().Matches(html).Select(heading => heading.Groups[1].Value).Should().Equal("Learning curve", "What was chosen", "Poles");
        html.Should().Contain("without test data").And.Contain("It was not recorded");
    }

    [Fact]
    public void WriteReport_WritesThePage()
    {
        var exhibit = Gallery.Of("regression");
        string folder = Directory.CreateTempSubdirectory("report-").FullName, file = Path.Combine(folder, "new", "report.html");

        exhibit.Model.WriteReport(file, exhibit.Data);

        File.ReadAllText(file).Should().Be(exhibit.Html);
        Directory.GetFiles(Path.GetDirectoryName(file)!).Should().ContainSingle();
        Directory.Delete(folder, recursive: true);
    }

    private static Dictionary<string, string> Numbers(string html)
        => NumberOf().Matches(html).DistinctBy(number => number.Groups[1].Value).ToDictionary(
            number => WebUtility.HtmlDecode(number.Groups[1].Value), number => WebUtility.HtmlDecode(number.Groups[2].Value));

    private static List<string[]> Table(string html, string caption)
    {
        string body = html[html.IndexOf(caption, StringComparison.Ordinal)..];
        body = body[body.IndexOf("<tbody>", StringComparison.Ordinal)..body.IndexOf("</tbody>", StringComparison.Ordinal)];
        return [.. Row().Matches(body).Select(row => (string[])
            [.. Cell().Matches(row.Value).Select(cell => WebUtility.HtmlDecode(cell.Groups[1].Value))])];
    }

    [GeneratedRegex("<h2[^>]*>(.*?)</h2>")]
    private static partial Regex Heading();

    [GeneratedRegex("<dt>(.*?)</dt><dd>(.*?)</dd>")]
    private static partial Regex NumberOf();

    [GeneratedRegex("<tr>.*?</tr>")]
    private static partial Regex Row();

    [GeneratedRegex("<t[hd][^>]*>(.*?)</t[hd]>")]
    private static partial Regex Cell();
}
