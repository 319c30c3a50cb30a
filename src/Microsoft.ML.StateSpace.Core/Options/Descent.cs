using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>One iteration of a method of descent.</summary>
public sealed record DescentIteration
{
    /// <summary>The objective J behind the iteration: the mean loss of a row plus the regularization; without unit.</summary>
    public required double Objective { get; init; }

    /// <summary>The Euclidean norm of the change of all parameters.</summary>
    public required double Step { get; init; }

    /// <summary>
    /// What held the step back: the penalty of a proximal step, the damping of Levenberg-Marquardt, one over the rate of gradient descent.
    /// 0 for L-BFGS, which has none.
    /// </summary>
    public required double Penalty { get; init; }

    /// <summary>Trials that were rejected before the step that was taken.</summary>
    public required int Rejections { get; init; }

    /// <summary>
    /// The relative residual of Pontryagin's maximum principle behind the iteration, see <see cref="DescentOptions.ResidualTolerance"/>;
    /// NaN where there is one sequence only and it cannot be cut in time.
    /// </summary>
    public required double Residual { get; init; }
}

/// <summary>What a method of descent has done, iteration by iteration.</summary>
public sealed record Descent
{
    /// <summary>The objective before the first iteration.</summary>
    public required double InitialObjective { get; init; }

    /// <summary>The relative residual before the first iteration.</summary>
    public required double InitialResidual { get; init; }

    /// <summary>The iterations, each of which took a step.</summary>
    public required IReadOnlyList<DescentIteration> Iterations
    {
        get;
        init => field = new ValueList<DescentIteration>(value);
    }

    /// <summary>
    /// What the first of two methods has done, with <see cref="PolishOptions"/>; <see langword="null"/> where that was AdamW, or there is
    /// one method only.
    /// </summary>
    public Descent? Before { get; init; }

    /// <summary>Whether the objective fell in every iteration.</summary>
    [JsonIgnore]
    public bool IsMonotone
    {
        get
        {
            double last = InitialObjective;
            foreach (var iteration in Iterations)
            {
                if (!(iteration.Objective < last))
                    return false;
                last = iteration.Objective;
            }
            return true;
        }
    }
}
