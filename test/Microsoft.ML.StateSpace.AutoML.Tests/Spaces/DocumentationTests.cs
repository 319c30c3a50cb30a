using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Spaces;

/// <summary>The table of docs/automl.md says what the spaces are.</summary>
public class DocumentationTests
{
    [Fact]
    public void TheTableOfParameters_IsThatOfTheCode()
    {
        string page = File.ReadAllText(Repository.Path("docs", "automl.md"));
        string[] written = [.. page.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        string[] actual = [.. Lines()];

        if (!actual.SequenceEqual(written))
            File.WriteAllLines(Repository.Path("docs", "automl.received.txt"), actual);
        written.Should().Equal(actual);
    }

    [Fact]
    public void WhatTheTableLeavesOut_IsThatOfSequenceToSequence()
    {
        var classification = Knobs(SequenceTask.Classification);
        foreach (var task in Enum.GetValues<SequenceTask>())
        {
            var (lacks, others) = (classification.Except(Knobs(task)), Knobs(task).Except(classification).Where(k => k.Name != "Window"));
            lacks.Select(k => k.Name).Distinct().Should().Equal(
                task == SequenceTask.SequenceToSequence ? ["Dropout", "Bidirectional"] : (string[])[], $"of {task}");
            others.Select(k => k.Name).Should().Equal(
                task == SequenceTask.SequenceToSequence ? ["Dropout"] : (string[])[], $"of {task}");
        }
    }

    private static (string Family, string Name, string Range)[] Knobs(SequenceTask task) =>
    [
        .. CommonKnobs.Of(task).Select(knob => ("all", knob.Name, knob.Range)),
        .. SequenceFamily.All.SelectMany(f => FamilyKnobs.Of(f, task).Select(knob => (f.Name, knob.Name, knob.Range))),
    ];

    private static IEnumerable<string> Lines()
    {
        foreach (var knob in CommonKnobs.Of(SequenceTask.Classification))
            yield return $"| `{knob.Name}` | all | {knob.Range} |";
        foreach (var knob in CommonKnobs.Of(SequenceTask.Tagging)
            .ExceptBy(CommonKnobs.Of(SequenceTask.Classification).Select(k => k.Name), k => k.Name))
            yield return $"| `{knob.Name}` | all, where there is an answer a time step | {knob.Range} |";
        var own = SequenceFamily.All.SelectMany(f => FamilyKnobs.Of(f, SequenceTask.Classification).Select(k => (Family: f, Knob: k)));
        foreach (var line in own.GroupBy(o => (o.Knob.Name, o.Knob.Range)).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            yield return $"| `{line.Key.Name}` | {string.Join(", ", line.Select(o => o.Family))} | {line.Key.Range} |";
    }
}
