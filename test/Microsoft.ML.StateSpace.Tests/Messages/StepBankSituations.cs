using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What a bank that answers every time step cannot do.</summary>
internal static class StepBankSituations
{
    private static readonly StateSpaceBankOptions Bank = new() { Filters = 4 };

    public static IEnumerable<Situation> All =>
    [
        Of("Leave Architecture.LargestOrder at 4", Bank with { LargestOrder = 2 }, Bank),
        Of("set Filters for a larger or smaller bank", Bank with { LargestOrder = 2 }, Bank with { Filters = 2 }),
        Of("Set Architecture.Filters to 1 or more, or to null", Bank with { Filters = 0 }, Bank with { Filters = 1 }),
        Of("FeedbackLags must be even, such as 4", Bank with { FeedbackLags = 3 }, Bank with { FeedbackLags = 4 }),
        Of(
            "Leave Architecture.FeedbackLags null", Bank with { FeedbackLags = 4, Bidirectional = true },
            Bank with { Bidirectional = true }),
        Of("Set Architecture.FeedbackLags to a smaller number", Bank with { FeedbackLags = 1024 }, Bank with { FeedbackLags = 2 }),
        Training("TrainingOptions.Loss at Squared", new() { Loss = ValueLossKind.Huber }, new()),
        Training("whole sequences of any length, but TrainingOptions.Window is 4. Leave it null", new() { Window = 4 }, new()),
        new(
            "or choose a network as the Architecture", () => FitWith(Bank, new() { Window = 4 }),
            () => FitWith(Samples.Small, Samples.Quick with { Window = 4 })) { Of = "bank" },
        new(
            "choose a network as the Architecture", () => FitTokens(Bank), () => FitTokens(Samples.Small)) { Of = "bank of tokens" },
    ];

    private static Situation Of(string says, ArchitectureOptions wrong, ArchitectureOptions right)
        => new(says, () => FitWith(wrong, Samples.Quick), () => FitWith(right, Samples.Quick));

    private static Situation Training(string says, TrainingOptions wrong, TrainingOptions right)
        => new(says, () => FitWith(Bank, wrong), () => FitWith(Bank, right));

    private static void FitWith(ArchitectureOptions architecture, TrainingOptions training)
        => Fit(Series(o => o with { Architecture = architecture, Training = training }), View(Samples.Signals()));

    private static void FitTokens(ArchitectureOptions architecture)
        => Fit(
            Series(o => o with { Architecture = architecture, InputColumnName = "Features", TargetColumnName = "Values" }),
            View(Samples.Tokens().Select(row => new TokenValues
            {
                Features = row.Features, Values = Array.ConvertAll(row.Features, key => (float)key),
            })));

    private sealed class TokenValues
    {
        [KeyType(4)]
        public uint[] Features { get; set; } = [];

        public float[] Values { get; set; } = [];
    }
}
