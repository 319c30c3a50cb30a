using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>The RG-LRU, the core of Hawk and Griffin. Its channels are its states.</summary>
    internal sealed class RgLruDefinition : CoreDefinition<RgLruOptions>
    {
        public override string Name => "RG-LRU";

        public override int Rank => 70;

        public override bool IsSweptByDefault => true;

        public override ScaffoldOptions PublishedScaffold => new HawkScaffold();

        public override bool HasStateSize => false;

        public override bool IsUsuallyBidirectional => false;

        public override IEnumerable<SearchRange> SearchRanges =>
        [
            Number("RadiusMinimum", 0.5, 0.95, 0.9, false, o => o.RadiusMinimum, (o, value) => o with { RadiusMinimum = value }),
            Number("RadiusMaximum", 0.96, 0.9999, 0.999, false, o => o.RadiusMaximum, (o, value) => o with { RadiusMaximum = value }),
        ];

        protected override Layer Create(CoreSite site, RgLruOptions options)
            => site.BothWays(() => options.Complex
                ? new ComplexRgLru(site.Layout, options, site.Channels) : new RgLru(site.Layout, options, site.Channels));

        protected override RgLruOptions Repair(RgLruOptions options) => options with
        {
            RadiusMinimum = Math.Min(options.RadiusMinimum, options.RadiusMaximum),
            ModelSize = Multiple(options.ModelSize, (options.Complex ? 2 : 1) * options.Heads * options.ChosenScaffold.WidthDivisor),
        };
    }
}
