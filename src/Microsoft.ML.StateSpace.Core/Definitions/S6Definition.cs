using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>S6, the core of Mamba.</summary>
    internal sealed class S6Definition : CoreDefinition<S6Options>
    {
        public override string Name => "S6";

        public override int Rank => 50;

        public override ScaffoldOptions PublishedScaffold => new MambaScaffold();

        public override bool IsUsuallyBidirectional => false;

        public override bool TakesIntervals => true;

        public override IEnumerable<SearchRange> SearchRanges => [States(16, 4, 8, 16, 32), .. StepSizeRanges];

        protected override StepSizeAccess<S6Options> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, S6Options options)
            => site.BothWays(() => new S6(site.Layout, options, site.Channels, site.States, site.HasIntervals));

        protected override int UsualStateSize(S6Options options) => 16;
    }
}
