using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Rows that exceed the memory budget.</summary>
internal static class BudgetSituations
{
    private static readonly TrainingOptions Tight = Samples.Quick with { BatchSize = 16, MemoryBudget = 2500 };

    public static IEnumerable<Situation> All =>
    [
        Of("Raise TrainingOptions.MemoryBudget to at least twice that", Tight, Tight with { MemoryBudget = 2 * 16 * 180 }),
        Of("lower BatchSize", Tight, Tight with { BatchSize = 4 }),
        new(
            "cut the sequences into shorter ones", () => FitWith(Tight, Samples.Fixed()),
            () => FitWith(Tight, Samples.Fixed().Select(row => new VariableRow { Features = row.Features[..2], Name = row.Name }))),
        new(
            "Raise MemoryBudget to at least 5400", () => FitBank(new StateSpaceBankOptions(), 4000),
            () => FitBank(new StateSpaceBankOptions(), 5400)),
        new(
            "or choose a network as the Architecture, which streams them", () => FitBank(new StateSpaceBankOptions(), 4000),
            () => FitBank(Samples.Small, 4000)),
        new("Put what is random or grows into a file first", () => FitShuffled(Tight with { BatchSize = 4 }, saves: false),
            () => FitShuffled(Tight with { BatchSize = 4 }, saves: true)),
        new("or raise TrainingOptions.MemoryBudget so that one reading is enough",
            () => FitShuffled(Tight with { BatchSize = 4 }, saves: false), () => FitShuffled(Samples.Quick, saves: false)),
    ];

    private static Situation Of(string says, TrainingOptions wrong, TrainingOptions right)
        => new(says, () => FitWith(wrong, Samples.Fixed()), () => FitWith(right, Samples.Fixed()));

    private static void FitWith<TRow>(TrainingOptions training, IEnumerable<TRow> rows)
        where TRow : class
        => Fit(Classifier(o => o with { Training = training, Channels = 1 }), Keyed(rows));

    private static void FitBank(ArchitectureOptions architecture, long budget)
        => Fit(
            Classifier(o => o with { Architecture = architecture, Training = new() { Seed = 1, MemoryBudget = budget } }),
            Keyed(Samples.Fixed()));

    private static void FitShuffled(TrainingOptions training, bool saves)
    {
        var view = View(Shuffled());
        string path = Path.GetTempFileName();
        try
        {
            if (saves)
            {
                using (var stream = File.Create(path))
                    Ml.Data.SaveAsBinary(view, stream);
                view = Ml.Data.LoadFromBinary(path);
            }
            Ml.BinaryClassification.Trainers.StateSpace(
                new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = training }).Fit(view);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<BinaryRow> Shuffled()
    {
        var rows = Samples.Binary();
        Random.Shared.Shuffle(rows);
        foreach (var row in rows)
            yield return row;
    }
}
