using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Definitions;

public class CoreDefinitionTests
{
    private static readonly Type[] Types = typeof(CoreDefinition).Assembly.GetTypes();

    [Fact]
    public void All_HoldsEveryDefinition_AndEveryOptionsRecordHasOne()
    {
        ArchitectureDefinition.All.Select(kind => kind.GetType()).Should().BeEquivalentTo(
            Types.Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ArchitectureDefinition))));
        ArchitectureDefinition.All.Select(kind => kind.OptionsType).Should().BeEquivalentTo(
            Types.Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ArchitectureOptions))));
        CoreDefinition.All.Select(core => core.OptionsType).Should().BeEquivalentTo(
            Types.Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(NetworkOptions))));
    }

    [Fact]
    public void All_IsInTheOrderOfRanks_OfWhichNoTwoAreAlike()
    {
        int[] ranks = [.. ArchitectureDefinition.All.Select(kind => kind.Rank)];
        ranks.Should().Equal(ranks.Order());
        ranks.Should().Equal(ranks.Distinct());
        ArchitectureDefinition.All.Select(kind => kind.Name).Distinct().Count().Should().Be(ArchitectureDefinition.All.Count);
    }

    [Fact]
    public void EveryCore_IsEnrolled()
        => CoreEnrolment.All.Select(enrolment => enrolment.Definition).Should().Equal(CoreDefinition.All);

    // What files, journals and documents of before hold. A new core adds its names; these must stay.
    [Fact]
    public void Names_AreThoseOfFilesAndJournalsWrittenBefore()
        => ArchitectureDefinition.All.Select(kind => $"{kind.Name} {kind.Family}").Should().Contain(
            "S5 S5, LRU Lru, S4D S4D, S4 S4, S6 S6, SSD Ssd, RG-LRU RgLru, LIV Liv, L2RU L2Ru, Ensemble Ensemble".Split(", "));

    [Fact]
    public void SearchRanges_StandForTheLibrarysOwnChoice_UntilTheyAreSet()
    {
        foreach (var core in CoreDefinition.All)
        {
            var options = core.CreateOptions();
            foreach (var range in core.SearchRanges)
            {
                range.IsSet(options).Should().BeFalse($"{core.Name} {range.Name}");
                double other = range switch
                {
                    NumberRange number => (number.Low + number.High) / 2, ChoiceRange choice => choice.Choices[0], _ => 0,
                };
                var set = range.Set(options, other);
                range.IsSet(set).Should().BeTrue($"{core.Name} {range.Name}");
                range.Get(set).Should().Be(other);
                Convert.ToDouble(core.OptionsType.GetProperty(range.Name)!.GetValue(set)).Should().Be(other);
            }
        }
    }

    [Fact]
    public void SystemTextJson_ReadsAndWritesOptions_ByTheNamesOfModelFiles()
    {
        ArchitectureOptions[] cores = [.. CoreEnrolment.All.SelectMany(core => core.Models).Select(model => model.Options.Architecture)];
        var ensemble = new EnsembleOptions { Members = [.. cores.Take(16)], Weights = [.. Enumerable.Range(1, 16).Select(i => i / 3.0)] };
        foreach (var architecture in cores.Append(ensemble))
        {
            string json = JsonSerializer.Serialize(architecture);
            json.Should().StartWith($"{{\"core\":\"{architecture.Definition.Name}\"");
            JsonSerializer.Deserialize<ArchitectureOptions>(json).Should().Be(architecture);
            JsonDocument.Parse(ModelJson.Write(architecture)).RootElement.GetProperty("core").GetString()
                .Should().Be(architecture.Definition.Name);
        }
        Invoking(() => JsonSerializer.Deserialize<ArchitectureOptions>("{\"core\":\"S9\"}"))
            .Should().ThrowExactly<JsonException>().Which.Message.Should().Contain("'S9'");
    }
}
