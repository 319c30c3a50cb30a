using Microsoft.ML.StateSpace.Accuracy.Parts;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Parts;

public sealed class CatalogueTests
{
    [SharedDataFact("archive", "japanesevowels", "syntheticcontrol", "gunpoint", "italypowerdemand", "basicmotions", "osuleaf", "digits",
        "cascadedtanks", "silverbox", "daisy", "cmapss-fd001", "airpassengers",
        "bikesharing", "etth1", "mnist")]
    public void Sets_AreThere_AndNoNameStandsForTwo()
    {
        Part[] parts = [.. Catalogue.All.Select(part => part.Make())];

        parts.SelectMany(part => part.Sets).Should().OnlyHaveUniqueItems().And.HaveCount(40 + 7 + 7 + 3 + 6 + 8 + 1);
        parts.Select(part => part.Heading).Should().OnlyHaveUniqueItems();
        Catalogue.All.Select(part => part.Name).Should().NotIntersectWith(parts[..5].SelectMany(part => part.Sets));
    }

    [SharedDataFact("cascadedtanks", "italypowerdemand", "silverbox", "daisy")]
    public void Measurements_HaveASeedEach_AndTheBaselinesNone()
    {
        var plants = new IdentificationPart();

        var keys = plants.Measurements("cascadedtanks", seeds: 2).Select(measurement => measurement.Key).ToList();

        keys.Select(key => (key.Method, key.Seed)).Should().Equal(("ridge over lags", 0), ("ARX", 0), ("default", 1), ("default", 2));
        keys.Select(key => key.Data).Distinct().Should().ContainSingle();
    }

    [Fact]
    public void Request_IsReadFromTheCommandLine()
    {
        Request.Parse([]).Should().BeEquivalentTo(new Request([], Seeds: 3, Restart: false));
        Request.Parse(["identification", "cstr", "--seeds", "1", "--restart"])
            .Should().BeEquivalentTo(new Request(["identification", "cstr"], Seeds: 1, Restart: true));
        foreach (string[] wrong in (string[][])[["--seeds"], ["--seeds", "0"], ["--seeds", "x"], ["--fast"]])
            Invoking(() => Request.Parse(wrong)).Should().Throw<ArgumentException>().WithMessage("*usage:*");
    }
}
