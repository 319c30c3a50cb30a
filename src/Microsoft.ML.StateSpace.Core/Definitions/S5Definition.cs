using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>S5.</summary>
    internal sealed class S5Definition : CoreDefinition<S5Options>
    {
        public override string Name => "S5";

        public override int Rank => 10;

        public override bool IsSweptByDefault => true;

        public override ScaffoldOptions PublishedScaffold => new GluScaffold();

        public override bool IsDiagonal => true;

        // Blocks only matter where a model begins.
        public override NetworkOptions WithDenseSystem(NetworkOptions options, int states)
            => (S5Options)options with { StateSize = states, FeedThrough = FeedThroughKind.Dense, Blocks = 1 };

        public override bool TakesIntervals => true;

        public override IEnumerable<SearchRange> SearchRanges => [States(32, 8, 16, 32, 64), .. StepSizeRanges];

        protected override StepSizeAccess<S5Options> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, S5Options options) => site.HasIntervals
            ? new IrregularS5(site.Layout, options, site.CoreSizes.Inputs, site.States, site.Bidirectional, site.CoreSizes.Outputs)
            : new S5(site.Layout, options, site.CoreSizes.Inputs, site.States, site.Bidirectional, site.CoreSizes.Outputs);

        // The usual number of states, rounded up to whole blocks.
        protected override int UsualStateSize(S5Options options)
            => (base.UsualStateSize(options) + options.Blocks - 1) / options.Blocks * options.Blocks;

        protected override S5Options Repair(S5Options options) => options with { StateSize = Multiple(options.StateSize, options.Blocks) };
    }
}
