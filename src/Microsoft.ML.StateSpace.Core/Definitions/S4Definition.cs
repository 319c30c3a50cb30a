using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>S4.</summary>
    internal sealed class S4Definition : CoreDefinition<S4Options>
    {
        public override string Name => "S4";

        public override int Rank => 40;

        public override ScaffoldOptions PublishedScaffold => new GluScaffold();

        public override IEnumerable<SearchRange> SearchRanges => [States(32, 8, 16, 32, 64), .. StepSizeRanges];

        protected override StepSizeAccess<S4Options> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, S4Options options)
            => new S4(site.Layout, options, site.Channels, site.States, site.Bidirectional);
    }
}
