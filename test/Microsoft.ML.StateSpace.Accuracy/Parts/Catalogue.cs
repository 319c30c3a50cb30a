using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Accuracy.Forecasting;
using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Accuracy.Regression;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>All parts. Each is made of the notes that lie beside its data, so it is made where those are needed and not before.</summary>
internal static class Catalogue
{
    /// <summary>The parts by their name on the command line, with the folders of data that they need.</summary>
    public static IReadOnlyList<(string Name, string[] Folders, Func<Part> Make)> All { get; } =
    [
        ("classification", ["archive"], Archive),
        ("classification", [.. Listed.Select(set => set.Folder), "digits"], Further),
        ("identification", [.. Plant.All.Select(plant => plant.Folder).Distinct()], () => new IdentificationPart()),
        ("regression", ["cmapss-fd001", "bikesharing", "etth1"], () => new RegressionPart(
            [Turbofan.Of(length: 50, stride: 2), HourlyTables.Demand(), HourlyTables.OilTemperature()])),
        ("forecasting", ["airpassengers", "bikesharing", "etth1"], () => new ForecastingPart(
            [
                Records.Passengers(), Records.Bicycles(),
                Records.Transformer(96, "ridge over 96 lags .383"), Records.Transformer(192, "ridge over 96 lags .434"),
                Records.Transformer(336, "ridge over 96 lags .475"), Records.Transformer(720, "ridge over 96 lags .462"),
            ])),
        ("methods", ["cascadedtanks", "daisy", "digits"], () => new MethodsPart()),
        ("mnist", ["mnist"], () => new ClassificationPart(
            "mnist", "MNIST as 784 steps", [Mnist.In(SharedData.Path("mnist", ""))], PublishedAccuracies.OfSentences([]), mostSeeds: 1)),
    ];

    private static (string Name, string Folder)[] Listed =>
    [
        ("JapaneseVowels", "japanesevowels"), ("SyntheticControl", "syntheticcontrol"), ("GunPoint", "gunpoint"),
        ("ItalyPowerDemand", "italypowerdemand"), ("BasicMotions", "basicmotions"), ("OSULeaf", "osuleaf"),
    ];

    private static ClassificationPart Archive()
    {
        var published = PublishedAccuracies.OfTable(File.ReadAllText(SharedData.Path("archive", "README.md")));
        return new("classification", "Forty sets of the UCR/UEA archive",
            [.. published.Sets.Select(set => LabelledSet.OfTsFiles(set, SharedData.Path("archive", set)))], published);
    }

    private static ClassificationPart Further()
    {
        var published = PublishedAccuracies.OfSentences(
            [.. Listed.Select(set => (set.Name, File.ReadAllText(SharedData.Path(set.Folder, "SOURCE.md"))))]);
        return new("classification", "Further sets of sequences",
            [.. Listed.Select(set => LabelledSet.OfTsFiles(set.Name, SharedData.Path(set.Folder, ""))),
                Digits.At(SharedData.Path("digits", "digits.csv.gz"))], published);
    }
}
