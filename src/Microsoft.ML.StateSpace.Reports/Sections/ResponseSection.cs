using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// Bode diagrams and step responses: of the whole model where it is a linear system; else of single channels where recurrences have a
/// system for each, or the largest gain of each recurrence.
/// </summary>
internal static class ResponseSection
{
    private const int MostPairs = 8, MostLayers = 8, MostChannels = 4, MostOrder = 256;

    public static void Add(ReportPage page, TrainedModel model)
    {
        if (model.Options.Architecture is not NetworkOptions { Bidirectional: not true } || model.Options.HasIntervals)
            return;
        if (Try(() => LinearSystem.OfModel(model)) is { } whole)
            AddWhole(page, whole);
        else if (Channels(model) is { Count: > 0 } channels)
            AddChannels(page, channels);
        else
            AddGains(page, model);
    }

    private static void AddWhole(ReportPage page, LinearModel model)
    {
        var system = model.System;
        var pairs = Enumerable.Range(0, system.Outputs * system.Inputs).Take(MostPairs)
            .Select(i => (Output: i / system.Inputs, Input: i % system.Inputs)).ToList();
        page.BeginSection(
            "Frequency and step responses",
            "The network is a linear system in the units of its columns, around the means of its training records."
            + (system.Outputs * system.Inputs > pairs.Count ? $" The first {pairs.Count} pairs of an output and an input are drawn." : ""));
        List<(string, string)> numbers =
            [("order", Number.Text((long)system.Order)), ("largest |pole|", Number.Text(system.SpectralRadius()))];
        if (system.IsStable())
            numbers.Add(("l2 gain", Number.Text(GainAnalysis.HInfinityNorm(system))));
        page.AddNumbers(numbers);
        AddResponses(
            page,
            [
                .. pairs.Select(pair => (
                    pairs.Count == 1 ? "response" : $"output {pair.Output} to input {pair.Input}", Part(system, pair.Output, pair.Input))),
            ],
            "");
    }

    private static void AddChannels(ReportPage page, IReadOnlyList<(int Layer, string Name, LinearSystem System)> channels)
    {
        page.BeginSection(
            "Frequency and step responses",
            $"Every channel of a layer has a linear system of its own. Of each layer the {MostChannels} with the largest gains are drawn.");
        foreach (var layer in channels.GroupBy(channel => channel.Layer))
            AddResponses(page, [.. layer.Select(channel => (channel.Name, channel.System))], $"Layer {layer.Key}: ");
    }

    private static void AddResponses(ReportPage page, IReadOnlyList<(string Name, LinearSystem System)> systems, string of)
    {
        double[] frequencies = ResponseGrid.Frequencies(systems.Select(named => named.System));
        int steps = ResponseGrid.Steps(systems.Select(named => named.System));
        var frequency = new ChartAxis("oscillations a step") { IsLogarithmic = true };
        var magnitude = new Chart($"{of}{(of == "" ? "M" : "m")}agnitude", frequency, new("decibels"));
        var phase = new Chart($"{of}{(of == "" ? "P" : "p")}hase", frequency, new("degrees"));
        var step = new Chart($"{of}{(of == "" ? "S" : "s")}tep response", new("time step") { Shows = [0] }, new("output") { Shows = [0] });
        foreach (var ((name, system), i) in systems.Select((named, i) => (named, i)))
        {
            if (Try(() => system.Bode(frequencies)) is { } bode)
            {
                magnitude.AddLine(name, frequencies.Select((f, k) => (f, bode.MagnitudeDecibels[k, 0, 0])), Chart.ColorAt(i));
                phase.AddLine(name, frequencies.Select((f, k) => (f, bode.PhaseDegrees[k, 0, 0])), Chart.ColorAt(i));
            }
            var response = system.StepResponse(steps);
            step.AddLine(name, Enumerable.Range(0, steps).Select(t => ((double)t, response[t, 0, 0])), Chart.ColorAt(i));
        }
        page.AddChart(magnitude);
        page.AddChart(phase);
        page.AddChart(step);
    }

    // The recurrences between all channels: one number a frequency.
    private static void AddGains(ReportPage page, TrainedModel model)
    {
        var chart = new Chart("Largest gain of each recurrence", new("oscillations a step") { Shows = [0] }, new("decibels"))
        {
            Text = "The largest singular value of the transfer function between the channels of a layer.",
        };
        int cores = new SequenceNetwork(model.Options).Cores.Count;
        for (int layer = 0; layer < Math.Min(cores, MostLayers); layer++)
        {
            if (Try(() => LinearSystem.OfCore(model, layer)) is not { Order: <= MostOrder } system)
                continue;
            var response = GainAnalysis.FrequencyResponse(system, ResponseGrid.Points(system));
            chart.AddLine(
                $"layer {layer}", response.Frequencies.Zip(response.Gains, (w, gain) => (w / Math.Tau, 20 * Math.Log10(gain))),
                Chart.ColorAt(layer));
        }
        if (chart.Parts.Count == 0)
            return;
        page.BeginSection("Frequency responses", "Of the recurrences alone; what stands around them bends.");
        page.AddChart(chart);
    }

    private static List<(int Layer, string Name, LinearSystem System)> Channels(TrainedModel model)
    {
        var network = new SequenceNetwork(model.Options);
        var channels = new List<(int, string, LinearSystem)>();
        for (int layer = 0; layer < Math.Min(network.Cores.Count, MostLayers); layer++)
        {
            if (Try(() => LinearSystem.OfChannel(model, layer, 0)) is null)
                return [];
            channels.AddRange(Enumerable.Range(0, network.Cores[layer].InputSize)
                .Select(channel => (layer, $"channel {channel}", System: LinearSystem.OfChannel(model, layer, channel)))
                .OrderByDescending(channel => GainAnalysis.FrequencyResponse(channel.System, 33).Gains.Max()).Take(MostChannels)
                .OrderBy(channel => int.Parse(channel.Item2[8..], System.Globalization.CultureInfo.InvariantCulture)));
        }
        return channels;
    }

    private static LinearSystem Part(LinearSystem system, int output, int input)
    {
        int order = system.Order;
        var (b, c) = (new double[order, 1], new double[1, order]);
        for (int n = 0; n < order; n++)
            (b[n, 0], c[0, n]) = (system.B[n, input], system.C[output, n]);
        return new LinearSystem(system.A, b, c, new[,] { { system.D[output, input] } });
    }

    // What has no such response says so by an exception.
    private static T? Try<T>(Func<T> of)
        where T : class
    {
        try
        {
            return of();
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }
}
