namespace Microsoft.ML.StateSpace.Definitions;

internal static partial class Architectures
{
    /// <summary>An ensemble of other kinds.</summary>
    internal sealed class EnsembleDefinition : ArchitectureDefinition
    {
        public override string Name => "Ensemble";

        public override int Rank => 1000;

        public override bool CanBeSwept => false;

        public override Type OptionsType => typeof(EnsembleOptions);

        public override ArchitectureOptions CreateOptions() => new EnsembleOptions { Members = [] };
    }
}
