using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>SSD, the core of Mamba-2.</summary>
    internal sealed class SsdDefinition : CoreDefinition<SsdOptions>
    {
        public override string Name => "SSD";

        public override int Rank => 60;

        public override bool IsSweptByDefault => true;

        public override ScaffoldOptions PublishedScaffold => new Mamba2Scaffold();

        public override bool IsUsuallyBidirectional => false;

        public override bool TakesIntervals => true;

        public override IEnumerable<SearchRange> SearchRanges => [States(32, 16, 32, 64), .. StepSizeRanges];

        protected override StepSizeAccess<SsdOptions> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, SsdOptions options) => site.BothWays(() => CreateOneWay(site, options));

        protected override SsdOptions Repair(SsdOptions options)
            => options with { ModelSize = Multiple(options.ModelSize, options.HeadSize * options.ChosenScaffold.WidthDivisor) };

        // The scan takes B, C and dt beside its input. In the Mamba-2 block they come out of the block's convolution; everywhere else this
        // linear map of the input makes them, with the initial values that PyTorch gives a linear layer.
        private static Sequential CreateOneWay(CoreSite site, SsdOptions options)
        {
            int size = site.Channels, projected = 2 * site.States + SsdScan.HeadsOf(options, size);
            var initial = Initialize.Uniform(1 / Math.Sqrt(size));
            return new Sequential(
                new Concat(null, site.Layout.Scope("Projection", () => new Linear(site.Layout, size, projected, bias: false, initial))),
                site.Layout.Scope("Scan", () => new SsdScan(site.Layout, options, size, site.States, site.HasIntervals)));
        }
    }
}
