using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// What the tuner asks of the runner: a step of the schedule, or, where a sweep goes on from its journal, the best model that it had. The
/// plan travels inside of the trial's parameter, beside the part that belongs to the pipeline and takes no notice of it.
/// </summary>
internal sealed record TrialPlan(HalvingStep Step, bool IsReplay = false)
{
    private const string Key = "SequenceHalving";

    /// <summary>The parameter with this plan in it.</summary>
    public Parameter AddTo(Parameter parameter)
    {
        var own = Parameter.CreateNestedParameter();
        own[nameof(Step.Configuration)] = Parameter.FromInt(Step.Configuration);
        own[nameof(Step.Rung)] = Parameter.FromInt(Step.Rung);
        own[nameof(IsReplay)] = Parameter.FromBool(IsReplay);
        var whole = Without(parameter);
        whole[Key] = own;
        return whole;
    }

    public static TrialPlan Of(Parameter parameter)
        => Find(parameter)
            ?? throw new InvalidOperationException(
                "SetSequenceHalving brings its own tuner and its own runner: call it behind SetPipeline, and set no other tuner "
                + "behind it.");

    public static TrialPlan? Find(Parameter parameter)
    {
        if (!parameter.TryGetValue(Key, out var own))
            return null;
        var step = new HalvingStep(own[nameof(Step.Configuration)].AsType<int>(), own[nameof(Step.Rung)].AsType<int>());
        return new(step, own[nameof(IsReplay)].AsType<bool>());
    }

    /// <summary>The parameter without a plan.</summary>
    public static Parameter Without(Parameter parameter)
    {
        var rest = Parameter.CreateNestedParameter();
        foreach (string key in parameter.Keys.Where(k => k != Key))
            rest[key] = parameter[key];
        return rest;
    }
}
