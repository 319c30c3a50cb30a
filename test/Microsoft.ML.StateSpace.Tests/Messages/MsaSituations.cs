using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What the certificate of extended successive approximations does not go with.</summary>
internal static class MsaSituations
{
    private const string Any = "Set Certified of ExtendedMsaOptions to false, which tries its steps and takes any network";

    private static readonly IDataView Signals = View(Samples.Signals());

    private static readonly ExtendedMsaOptions Certified = new() { Certified = true }, Free = new();

    private static readonly LruOptions Linear = new()
    {
        Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false, Scaffold = new LinearScaffold(),
    };

    private static readonly S5Options Clipped = new()
    {
        Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false, Scaffold = new LinearScaffold(),
        Parametrization = S5Parametrization.Clipped, Discretization = Discretization.Bilinear,
    };

    public static IEnumerable<Situation> All =>
    [
        new(
            "Leave Regularization at 0, or Certified at false", () => FitWith(Certified with { Regularization = 1e-3 }, Linear),
            () => FitWith(Free with { Regularization = 1e-3 }, Linear)),
        new(
            Any, () => FitWith(Certified, Linear, ValueLossKind.Absolute), () => FitWith(Free, Linear, ValueLossKind.Absolute))
        { Of = "certified loss" },
        new(
            "Set Scaffold to new LinearScaffold(), Layers to 1 and Bidirectional to false",
            () => FitWith(Certified, Linear with { Layers = 2, Scaffold = null, Bidirectional = true }), () => FitWith(Certified, Linear)),
        new(Any, () => FitWith(Certified, Linear with { Layers = 2 }), () => FitWith(Free, Linear with { Layers = 2 }))
        { Of = "certified layers" },
        new(
            "and not clipped where it is bilinear", () => FitWith(Certified, Clipped),
            () => FitWith(Certified, Clipped with { Discretization = Discretization.ZeroOrderHold })),
    ];

    private static void FitWith(ExtendedMsaOptions method, NetworkOptions network, ValueLossKind loss = ValueLossKind.Squared)
        => Fit(
            Series(o => o with { Training = Samples.Quick with { Method = method, Loss = loss }, Architecture = network }), Signals);
}
