using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>Reads the parameters of trials, for monitors and reports.</summary>
public static class SweepParameters
{
    /// <summary>Configuration and rung of a trial, where the sweep goes by successive halving; <see langword="null"/> where not.</summary>
    public static (int Configuration, int Rung)? StepOf(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return TrialPlan.Find(parameter) is { } plan ? (plan.Step.Configuration, plan.Step.Rung) : null;
    }

    /// <summary>What counted in a trial: the parameters of the steps that its pipeline has, and of families the chosen one's, by name. A
    /// name that several steps have is preceded by the step's.</summary>
    public static IReadOnlyDictionary<string, Parameter> ActiveOf(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var active = new Dictionary<string, Parameter>();
        var pipeline = parameter[TrialTraining.PipelineSpace];
        foreach (string step in pipeline[TrialTraining.SchemaOption].AsType<string>().Split(" * ").Where(pipeline.ContainsKey))
        {
            foreach (var (name, value) in Leaves(pipeline[step]))
                active[active.ContainsKey(name) ? $"{step}.{name}" : name] = value;
        }
        return active;
    }

    /// <summary>What counted in a trial, and the way through the pipeline, as text.</summary>
    internal static string IdentityOf(Parameter parameter)
        => $"{parameter[TrialTraining.PipelineSpace][TrialTraining.SchemaOption]}: "
        + $"{string.Join(", ", ActiveOf(parameter).Select(p => $"{p.Key} {p.Value}"))}";

    private static IEnumerable<(string Name, Parameter Value)> Leaves(Parameter step)
    {
        string? family = step.TryGetValue(SettingsReader.Family, out var chosen) ? chosen.AsType<string>() : null;
        foreach (string name in step.Keys.Order(StringComparer.Ordinal))
        {
            var value = step[name];
            if (value.ParameterType != ParameterType.Object)
                yield return (name, value);
            else if (family is null || family == name)
            {
                foreach (string own in value.Keys.Order(StringComparer.Ordinal))
                    yield return (own, value[own]);
            }
        }
    }
}
