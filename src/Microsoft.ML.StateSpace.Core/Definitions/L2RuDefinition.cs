using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>L2RU, whose network has a certified gain.</summary>
    internal sealed class L2RuDefinition : CoreDefinition<L2RuOptions>
    {
        public override string Name => "L2RU";

        public override int Rank => 90;

        public override ScaffoldOptions PublishedScaffold => new CertifiedScaffold();

        public override bool IsUsuallyBidirectional => false;

        public override bool IsCertified => true;

        public override IEnumerable<SearchRange> SearchRanges =>
        [
            States(32, 8, 16, 32, 64),
            Number("Gain", 1, 64, 1, true, o => o.Gain, (o, value) => o with { Gain = value }),
            Number("RadiusMinimum", 0, 0.9, 0.8, false, o => o.RadiusMinimum, (o, value) => o with { RadiusMinimum = value }),
            Number("RadiusMaximum", 0.92, 0.9999, 0.99, false, o => o.RadiusMaximum, (o, value) => o with { RadiusMaximum = value }),
        ];

        // Encoder and decoder carry the gain of the network, so the core itself has gain 1. A gain that is trained multiplies what comes
        // out of it, which in each parametrisation is the same as gamma inside.
        protected override Layer Create(CoreSite site, L2RuOptions options) => options.Parametrization switch
        {
            L2RuParametrization.Square => new L2RuSquare(site.Layout, site.Channels, gain: 1),
            L2RuParametrization.NonSquare => new L2RuNonSquare(site.Layout, options, site.Channels, site.States, gain: 1),
            L2RuParametrization.Selective => new L2RuSelective(site.Layout, options, site.Channels, site.States, gain: 1),
            _ => new L2RuDilation(site.Layout, options, site.Channels, site.States, gain: 1),
        };

        protected override double? GainOf(L2RuOptions options) => options.Gain;

        protected override CoreGain CoreGainOf(L2RuOptions options) => options.CoreGain;

        protected override int UsualStateSize(L2RuOptions options) => options.Parametrization == L2RuParametrization.Square
            ? options.ModelSize ?? L2RuOptions.MostSquareStates
            : base.UsualStateSize(options);

        // What a certified model cannot have is taken back to the default.
        protected override L2RuOptions Repair(L2RuOptions options)
        {
            options = options with
            {
                RadiusMinimum = Math.Min(options.RadiusMinimum, options.RadiusMaximum), Norm = null, Dropout = null, Bidirectional = null,
                Scaffold = null,
            };
            if (options.Parametrization != L2RuParametrization.Square)
                return options;
            return options with
            {
                ModelSize = options.ModelSize is int size ? Math.Min(size, L2RuOptions.MostSquareStates) : null, StateSize = null,
            };
        }
    }
}
