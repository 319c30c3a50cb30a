namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>A bank of random state spaces.</summary>
    internal sealed class BankDefinition : ArchitectureDefinition
    {
        public override string Name => "Bank";

        public override int Rank => 900;

        public override bool TakesIntervals => true;

        public override Type OptionsType => typeof(StateSpaceBankOptions);

        public override IEnumerable<SearchRange> SearchRanges =>
        [
            new ChoiceRange(
                "Filters", [320, 640, 1280, 2560], 1280, o => ((StateSpaceBankOptions)o).Filters,
                (o, value) => (StateSpaceBankOptions)o with { Filters = (int)value }),
        ];

        public override ArchitectureOptions CreateOptions() => new StateSpaceBankOptions();
    }
}
