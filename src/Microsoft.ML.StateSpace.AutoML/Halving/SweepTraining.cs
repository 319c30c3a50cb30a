using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>A training of a sweep, from its first epoch to the highest rung that it reaches.</summary>
public sealed record SweepTraining
{
    /// <summary>Which configuration, from 0, the defaults; as <see cref="SweepTrial.Configuration"/>.</summary>
    public required int Configuration { get; init; }

    /// <summary>0 for the first training of the configuration; above it, which repeat with another seed.</summary>
    public required int Repeat { get; init; }

    /// <summary>The fold, from 0, where the data come in folds; otherwise 0.</summary>
    public required int Fold { get; init; }

    /// <summary>The state-space step of the pipeline, from 0, where there are several; otherwise 0.</summary>
    public required int Step { get; init; }

    /// <summary>
    /// A name that no other training of the sweep has, and that a file or a folder may have: <c>configuration-007</c>, with
    /// <c>-repeat-1</c>, <c>-fold-1</c> and <c>-step-1</c> behind it where these are not 0.
    /// </summary>
    public string Name
    {
        get
        {
            var name = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"configuration-{Configuration:D3}"));
            foreach (var (part, number) in new[] { ("repeat", Repeat), ("fold", Fold), ("step", Step) })
            {
                if (number > 0)
                    name.Append(CultureInfo.InvariantCulture, $"-{part}-{number}");
            }
            return name.ToString();
        }
    }
}
