using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>The linear-input-varying system.</summary>
    internal sealed class LivDefinition : CoreDefinition<LivOptions>
    {
        public override string Name => "LIV";

        public override int Rank => 80;

        public override ScaffoldOptions PublishedScaffold => new WienerScaffold();

        public override bool IsUsuallyBidirectional => false;

        public override bool TakesIntervals => true;

        public override IEnumerable<SearchRange> SearchRanges => [States(32, 8, 16, 32, 64), .. StepSizeRanges];

        protected override StepSizeAccess<LivOptions> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, LivOptions options)
            => site.BothWays(() => new Liv(site.Layout, options, site.Channels, site.States, site.HasIntervals));
    }
}
