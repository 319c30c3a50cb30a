using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>The LRU.</summary>
    internal sealed class LruDefinition : CoreDefinition<LruOptions>
    {
        public override string Name => "LRU";

        public override int Rank => 20;

        public override bool IsSweptByDefault => true;

        public override ScaffoldOptions PublishedScaffold => new GluScaffold();

        public override IEnumerable<SearchRange> SearchRanges =>
        [
            States(32, 8, 16, 32, 64, 96),
            Number("RadiusMinimum", 0, 0.9, 0.8, false, o => o.RadiusMinimum, (o, value) => o with { RadiusMinimum = value }),
            Number("RadiusMaximum", 0.92, 0.9999, 0.99, false, o => o.RadiusMaximum, (o, value) => o with { RadiusMaximum = value }),
            Number(
                "PhaseMaximum", Math.Tau / 64, Math.Tau, Math.Tau, true, o => o.PhaseMaximum,
                (o, value) => o with { PhaseMaximum = value }),
        ];

        public override bool IsDiagonal => true;

        public override NetworkOptions WithDenseSystem(NetworkOptions options, int states)
            => (LruOptions)options with { StateSize = states, FeedThrough = FeedThroughKind.Dense };

        protected override Layer Create(CoreSite site, LruOptions options)
            => new Lru(site.Layout, options, site.CoreSizes.Inputs, site.States, site.Bidirectional, site.CoreSizes.Outputs);

        protected override LruOptions Repair(LruOptions options)
            => options with { RadiusMinimum = Math.Min(options.RadiusMinimum, options.RadiusMaximum) };
    }
}
