using Microsoft.ML.StateSpace.Reports;

namespace LearningDynamics;

/// <summary>A page of panels: what was told as lines, what was counted as dots.</summary>
internal sealed class LearningPage
{
    private readonly ReportPage _page = new("What gradient descent does, told before it is run");
    private Chart _chart = new("", new(""), new(""));
    private int _curves;

    /// <summary>Begins a panel, whose upright axis shows some values in any case.</summary>
    public void Begin(string title, string text, string x, string y, bool isLogarithmic = false, params double[] shown)
    {
        _chart = new Chart(
            title, new(x) { IsLogarithmic = isLogarithmic }, new(y) { IsLogarithmic = isLogarithmic || y == "loss", Shows = shown })
        {
            Text = text,
        };
        _curves = 0;
    }

    /// <summary>A curve over the steps: told by a function, and counted, of which some dots are shown.</summary>
    public void Add(string name, Func<double, double> told, double[] counted, int every, int upTo = 0)
        => Add(
            name, Enumerable.Range(0, Math.Max(upTo, counted.Length - 1) + 1).Select(step => ((double)step, told(step))),
            counted.Select((value, step) => ((double)step, value)).Where((_, step) => step % every == 0));

    /// <summary>A curve over a few numbers.</summary>
    public void Add(string name, int[] at, double[] told, double[] counted)
        => Add(name, at.Select(n => (double)n).Zip(told), at.Select(n => (double)n).Zip(counted));

    /// <summary>Draws the panel.</summary>
    public void End() => _page.AddChart(_chart);

    /// <summary>Writes the page.</summary>
    public void Save(string file) => _page.Save(file);

    private void Add(string name, IEnumerable<(double, double)> told, IEnumerable<(double, double)> counted)
    {
        var colour = Chart.ColorAt(_curves++);
        _chart.AddLine(name, told, colour);
        if (counted.Any())
            _chart.AddDots($"{name}, counted", counted, colour);
    }
}
