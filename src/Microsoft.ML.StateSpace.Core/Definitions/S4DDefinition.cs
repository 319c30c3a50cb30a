using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>S4D.</summary>
    internal sealed class S4DDefinition : CoreDefinition<S4DOptions>
    {
        public override string Name => "S4D";

        public override int Rank => 30;

        public override ScaffoldOptions PublishedScaffold => new GluScaffold();

        public override bool TakesIntervals => true;

        public override IEnumerable<SearchRange> SearchRanges => [States(32, 8, 16, 32, 64), .. StepSizeRanges];

        protected override StepSizeAccess<S4DOptions> StepSizes => new(
            o => (o.StepSizeMinimum, o.StepSizeMaximum),
            (o, minimum, maximum) => o with { StepSizeMinimum = minimum, StepSizeMaximum = maximum });

        protected override Layer Create(CoreSite site, S4DOptions options) => site.HasIntervals
            ? new IrregularS4D(site.Layout, options, site.Channels, site.States, site.Bidirectional)
            : new S4D(site.Layout, options, site.Channels, site.States, site.Bidirectional);

        // The Sobolev filter sees the future.
        protected override S4DOptions Repair(S4DOptions options)
            => options.SobolevExponent is null ? options : options with { Bidirectional = true };
    }
}
