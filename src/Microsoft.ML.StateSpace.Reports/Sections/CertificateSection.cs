using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>The bound of the gain that a certified model keeps by construction.</summary>
internal static class CertificateSection
{
    public static void Add(ReportPage page, TrainedModel model)
    {
        if (Certificate.Of(model) is not { } certificate)
            return;
        page.BeginSection(
            "Certificate",
            "For every input that deviates from the mean input, the answer deviates by no more than the bound times as much, both in the "
            + $"l2 norm over all time steps.{(certificate.IsIncremental ? " The same holds between any two inputs." : "")}");
        page.AddNumbers(
        [
            ("bound, standardised", Number.Text(certificate.Bound)),
            ("bound, in units of the data", Number.Text(certificate.BoundInUnits)),
        ]);
        page.AddTable(new(
            "What each part contributes", ["part", "core gain", "core share", "map gain", "map share", "factor"],
            [
                ["encoder", "", "", "", "", Number.Text(certificate.Encoder)],
                .. certificate.Layers.Select((layer, i) => (string[])
                [
                    $"layer {i}", Number.Text(layer.CoreGain), Number.Text(layer.CoreShare), Number.Text(layer.MapGain),
                    Number.Text(layer.MapShare), Number.Text(layer.Factor),
                ]),
                ["decoder", "", "", "", "", Number.Text(certificate.Decoder)],
            ]));
    }
}
