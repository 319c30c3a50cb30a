using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>The tables of docs/telemetry.md are what the code does: no name is missing, and none is too much.</summary>
[Collection(MeterCollection.Name)]
public class DocumentationTests
{
    // The parts of a training and of serving that measure anything, each with the attributes that it has.
    private static readonly Lazy<MeterReader> Measured = new(Measure);

    [Fact]
    public void Instruments_AreThoseOfTheTable()
        => Table("instrument").Select(row => (Name(row[0]), row[1], Name(row[2]), row[4])).Should().BeEquivalentTo(
            Measured.Value.Instruments.Select(
                instrument => (instrument.Name, TypeOf(instrument), instrument.Unit!, instrument.Description!)));

    [Fact]
    public void Attributes_AreThoseOfTheTables()
    {
        var names = Table("attribute").ToDictionary(row => row[0], row => Name(row[1]));
        foreach (string[] row in Table("instrument"))
        {
            string instrument = Name(row[0]);
            var documented = row[3].Split([", ", " or "], StringSplitOptions.None).Select(attribute => names[attribute]);
            Measured.Value.Of(instrument).SelectMany(measurement => measurement.Tags.Keys).Distinct()
                .Should().BeEquivalentTo(documented, "these are the attributes of {0}", instrument);
        }
    }

    [Fact]
    public void Events_AreThoseOfTheTable()
    {
        var methods = typeof(LoggerProgress).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Event is not null);

        Table("id").Select(row => (row[0], Name(row[1]), row[2], row[3].Replace("`", "").Replace(", and the exception", "")))
            .Should().Equal(methods.Select(
                found => (
                    $"{found.Event!.EventId}", found.Method.Name, found.Event.Level.ToString().ToLowerInvariant(),
                    Properties(found.Method)))
                .OrderBy(row => row.Item1));
    }

    [Fact]
    public void Tags_AreThoseOfTheTable()
    {
        using var folder = new TemporaryFolder();
        using (var progress = new TensorBoardProgress(folder.Path))
            Rows.Fit(new MLContext(seed: 1), progress);

        var written = folder.Events("run").SelectMany(found => found.Values)
            .Select(value => (value.Tag, Where: value.Plugin ?? "scalars")).Distinct();

        // The metric of values has another name.
        Table("tag").SelectMany(row => row[0].Split(", ").Select(tag => (Name(tag), row[1])))
            .Should().BeEquivalentTo(written.Append(("metric/fit_percent", "scalars")));
    }

    private static MeterReader Measure()
    {
        var ml = new MLContext(seed: 1);
        var listener = new MeterReader(StateSpaceMeter.Name);
        var model = Rows.Fit(ml, new CombinedProgress(), Rows.Small with { Bidirectional = false });
        model.Transform(Rows.Of(ml)).GetColumn<float[]>("Score").Should().NotBeEmpty();
        model.CreateStreamingEngine().Step([1]);
        var odd = ml.Data.LoadFromEnumerable([new Odd()]);
        Invoking(() => Rows.FitPairsOfChannels(ml).Transform(odd).GetColumn<float[]>("Score").Count()).Should().Throw<Exception>();
        var exploding = Rows.Quick with { LearningRate = 1e30, ValidationFraction = 0, Epochs = 20 };
        Invoking(() => Rows.Fit(ml, new CombinedProgress(), training: exploding)).Should().Throw<Exception>();
        return listener;
    }

    /// <summary>The rows of the table whose first heading is this.</summary>
    private static IEnumerable<string[]> Table(string heading)
        => File.ReadLines(Repository.Path("docs", "telemetry.md"))
            .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line[2..^2].Split(" | "));

    private static string Name(string cell) => cell.Trim('`');

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0].ToLowerInvariant();

    private static string Properties(MethodInfo method)
        => string.Join(", ", method.GetParameters().Where(parameter => parameter.ParameterType != typeof(Exception))
            .Select(parameter => char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..]));

    private sealed class Odd
    {
        public float[] Features { get; set; } = new float[7];
    }
}
