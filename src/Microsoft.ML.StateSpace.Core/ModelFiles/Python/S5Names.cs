using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// S5: <c>s5/ssm.py</c>, <c>s5/layers.py</c> and <c>s5/seq_model.py</c> of lindermanlab/S5, with <c>conj_sym</c>. Names and shapes do not
/// tell of the discretisation, of <c>clip_eigs</c>, of where the norm stands, of pooling, and of which half GLU is meant. The poles are
/// <c>Lambda_re + i Lambda_im</c>; without <c>clip_eigs</c> their real parts must be negative, as those of
/// <see cref="S5Parametrization.Exponential"/> are.
/// </summary>
internal sealed class S5Names : FlaxNames
{
    public override string Family => "S5";

    protected override string Norm => "norm";

    protected override string Mark => "Lambda_re";

    public override bool IsOf(NetworkOptions architecture) => architecture is S5Options && architecture.ChosenScaffold is GluScaffold;

    protected override NetworkOptions CoreOf(CheckpointShapes checkpoint)
    {
        string seq = Layers + "0/seq/";
        int[] poles = checkpoint[seq + "Lambda_re", 1], input = checkpoint[seq + "B", 3];
        bool isTwice = checkpoint.Has(seq + "C") && checkpoint[seq + "C", 3][1] == 2 * poles[0];
        return new S5Options
        {
            StateSize = poles[0],
            ModelSize = input[1],
            Bidirectional = isTwice || checkpoint.Has(seq + "C2"),
            OutputInitialization
                = isTwice ? S5OutputInitialization.ComplexNormal : S5OutputInitialization.TruncatedStandardNormal,
            Scaffold = ScaffoldOf(checkpoint, Nonlinearity.HalfGlu1),
        };
    }

    protected override void RequireCore(NetworkOptions architecture)
    {
        base.RequireCore(architecture);
        var s5 = (S5Options)architecture;
        if (s5.Form != SystemForm.Post)
            Refuse("Form", "Post", s5.Form);
        if (s5.FeedThrough != FeedThroughKind.Diagonal)
            Refuse("FeedThrough", "Diagonal", s5.FeedThrough);
        if (s5.GlobalStepSize)
            Refuse("GlobalStepSize", "false", true);
    }

    protected override IEnumerable<CheckpointEntry> CoreEntries(string path, NetworkOptions options, Func<string, Parameter> find)
    {
        var s5 = (S5Options)options;
        int size = s5.ModelSize!.Value, states = s5.StateSize!.Value;
        yield return s5.Parametrization == S5Parametrization.Clipped
            ? CheckpointEntry.Of(path + "Lambda_re", find("LambdaRe"))
            : new(path + "Lambda_re", [states], CheckpointPart.At(0, find("LambdaReLog"), re => Math.Log(-re), log => -Math.Exp(log)))
            {
                Remedy = "real parts of poles must be negative; where the model was trained with clip_eigs, set Parametrization to Clipped",
            };
        yield return CheckpointEntry.Of(path + "Lambda_im", find("LambdaIm"));
        yield return new(
            path + "B", [states, size, 2], new CheckpointPart(find("B"), i => 2 * (i % (states * size)) + i / (states * size)));
        if (s5.Bidirectional != true)
            yield return new(path + "C", [size, states, 2], PairsLast(find("C"), states));
        else if (s5.OutputInitialization == S5OutputInitialization.ComplexNormal)
            yield return new(
                path + "C", [size, 2 * states, 2], PairsLast(find("C"), states, 0, 2 * states),
                PairsLast(find("CReverse"), states, states, 2 * states));
        else
        {
            yield return new(path + "C1", [size, states, 2], PairsLast(find("C"), states));
            yield return new(path + "C2", [size, states, 2], PairsLast(find("CReverse"), states));
        }
        yield return CheckpointEntry.Of(path + "D", find("D"));
        yield return CheckpointEntry.Of(path + "log_step", [states, 1], find("LogStep"));
    }
}
