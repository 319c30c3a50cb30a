using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Definitions;

public class CoreDefinitionTests
{
    private static readonly Type[] Types = typeof(CoreDefinition).Assembly.GetTypes();

    [Fact]
    public void All_HoldsEveryDefinition_AndEveryOptionsRecordHasOne()
    {
        Assert.Equal(
            Types.Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(CoreDefinition))).OrderBy(type => type.Name),
            CoreDefinition.All.Select(core => core.GetType()).OrderBy(type => type.Name));
        Assert.Equal(
            Types.Where(type => type.IsSubclassOf(typeof(ArchitectureOptions))).OrderBy(type => type.Name),
            CoreDefinition.All.Select(core => core.OptionsType).OrderBy(type => type.Name));
    }

    [Fact]
    public void All_IsInTheOrderOfRanks_OfWhichNoTwoAreAlike()
    {
        int[] ranks = [.. CoreDefinition.All.Select(core => core.Rank)];
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal(ranks.Distinct(), ranks);
        Assert.Equal(CoreDefinition.All.Count, CoreDefinition.All.Select(core => core.Name).Distinct().Count());
    }

    [Fact]
    public void EveryCore_IsEnrolled()
        => Assert.Equal(CoreDefinition.All, CoreEnrolment.All.Select(enrolment => enrolment.Definition));

    // What files, journals and documents of before hold. A new core adds its names; these must stay.
    [Fact]
    public void Names_AreThoseOfFilesAndJournalsWrittenBefore()
        => Assert.Superset(
            new HashSet<string>("S5 S5, LRU Lru, S4D S4D, S4 S4, S6 S6, SSD Ssd, RG-LRU RgLru, LIV Liv, L2RU L2Ru".Split(", ")),
            CoreDefinition.All.Select(core => $"{core.Name} {core.Family}").ToHashSet());

    [Fact]
    public void SearchRanges_StandForTheLibrarysOwnChoice_UntilTheyAreSet()
    {
        foreach (var core in CoreDefinition.All)
        {
            var options = core.CreateOptions();
            foreach (var range in core.SearchRanges)
            {
                Assert.False(range.IsSet(options), $"{core.Name} {range.Name}");
                double other = range switch
                {
                    NumberRange number => (number.Low + number.High) / 2, ChoiceRange choice => choice.Choices[0], _ => 0,
                };
                var set = range.Set(options, other);
                Assert.True(range.IsSet(set), $"{core.Name} {range.Name}");
                Assert.Equal(other, range.Get(set));
                Assert.Equal(other, Convert.ToDouble(core.OptionsType.GetProperty(range.Name)!.GetValue(set)));
            }
        }
    }

    [Fact]
    public void SystemTextJson_ReadsAndWritesOptions_ByTheNamesOfModelFiles()
    {
        foreach (var architecture in CoreEnrolment.All.SelectMany(core => core.Models).Select(model => model.Options.Architecture))
        {
            string json = JsonSerializer.Serialize(architecture);
            Assert.StartsWith($"{{\"core\":\"{architecture.Definition.Name}\"", json);
            Assert.Equal(architecture, JsonSerializer.Deserialize<ArchitectureOptions>(json));
            Assert.Equal(
                architecture.Definition.Name,
                JsonDocument.Parse(ModelJson.Write(architecture)).RootElement.GetProperty("core").GetString());
        }
        Assert.Contains(
            "'S9'", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ArchitectureOptions>("{\"core\":\"S9\"}")).Message);
    }
}
