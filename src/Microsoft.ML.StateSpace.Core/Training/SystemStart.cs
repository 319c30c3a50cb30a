using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Sets the parameters of a new network so that it is a given linear system. The encoder hands the standardised inputs on in the first
/// channels; the first layer leaves them as they are, and writes the outputs of the system's states into the channels behind; every other
/// layer passes all channels on; the decoder reads these outputs, and takes D from the channels with the inputs. In a Wiener layer the
/// outputs of the states are a tenth as large, so that their nonlinearity hardly bends them, and the decoder makes up for it.
/// </summary>
internal static class SystemStart
{
    /// <summary>The share of a standard deviation of the targets that a Wiener layer's nonlinearity sees of one.</summary>
    public const double Share = 0.1;

    /// <summary>Refuses a network that cannot begin as a linear system.</summary>
    /// <param name="architecture">The architecture; <see langword="null"/> where it is left to the library.</param>
    /// <exception cref="ArgumentException">It cannot. The message names the option and a remedy.</exception>
    public static void Require(ArchitectureOptions? architecture)
    {
        if (architecture is not NetworkOptions { Core.IsDiagonal: true } network)
            throw Wrong(
                $"needs an Architecture that holds a linear system in its states, but Architecture is {Name(architecture)}. Set "
                + $"Architecture to {CoreDefinition.DiagonalOptions}, with Layers = 1 and Scaffold = new LinearScaffold().");
        var scaffold = network.ChosenScaffold;
        if (scaffold is not (LinearScaffold or WienerScaffold { Nonlinearity: StaticNonlinearity.Tanh }))
            throw Wrong(
                "needs layers that are linear, or nearly so for small signals, but Scaffold is "
                + $"{(scaffold is WienerScaffold wiener ? $"a WienerScaffold with {wiener.Nonlinearity}" : Name(scaffold))}. Set "
                + "Scaffold to new LinearScaffold(), or to new WienerScaffold(), whose tanh is odd.");
        if (network.CoreSizes != (null, null))
            throw Wrong(
                "needs a core with the channels of its layer, but CoreInputs or CoreOutputs is set. Leave both null where a network "
                + "starts from a system.");
        if (network.ChosenNorm != NormKind.None)
            throw Wrong(
                $"needs layers without a norm, which is not linear, but Norm is {network.ChosenNorm}. Leave Norm null where a network "
                + "starts from a system.");
        if (network.LogitsSoftCap is double cap)
            throw Wrong(
                $"needs a linear decoder, but LogitsSoftCap is {cap}. Leave LogitsSoftCap null where a network starts from a system.");
        if (network.FinalNorm != NormKind.None)
            throw Wrong(
                $"needs a network that is nearly linear, which a norm is not, but FinalNorm is {network.FinalNorm}. Leave FinalNorm None "
                + "where a network starts from a system.");
    }

    /// <summary>Sets the parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters as drawn, with the statistics of the data.</param>
    /// <param name="system">From deviations of the inputs from their means to those of the targets, in the units of the columns.</param>
    /// <exception cref="ArgumentException">The system does not go with the network or the data.</exception>
    /// <exception cref="InvalidOperationException">The system has no diagonal form.</exception>
    public static void Set(SequenceNetwork network, ParameterSet parameters, LinearSystem system)
    {
        var options = network.Options;
        Require(options.Architecture);
        if (options.Vocabulary > 0)
            throw Wrong("needs inputs of real channels, but this model reads tokens. Give it a column of Single.");
        if (options.HasIntervals)
            throw Wrong(
                "has steps that are equally far apart, but this model reads an interval column. Leave IntervalColumnName null where a "
                + "network starts from a system.");
        if (system.Inputs != options.Inputs || system.Outputs != options.Outputs)
            throw Wrong(
                $"must have an input for each channel, {options.Inputs}, and an output for each target, {options.Outputs}, but has "
                + $"{system.Inputs} inputs and {system.Outputs} outputs. Give the system of these columns, in their order.");
        if (network.Width < system.Inputs + system.Outputs)
            throw Wrong(
                $"needs a channel for each input and output, but ModelSize is {network.Width}. Set Architecture.ModelSize to at least "
                + $"{system.Inputs + system.Outputs}.");
        var first = (DiagonalCore)network.Cores[0];
        var diagonal = DiagonalSystem.Of(Standardized(network, parameters, system));
        if (first.IsPre)
            diagonal = diagonal.ReadOutInPreForm();
        if (diagonal.Poles.Count > first.States)
            throw Wrong(
                $"has {diagonal.Poles.Count} real poles and pairs, each of which takes a state, but StateSize is {first.States}. Set "
                + $"Architecture.StateSize to at least {diagonal.Poles.Count}, or take LinearSystem.ReduceToOrder of the system.");
        foreach (var pole in diagonal.Poles)
            RequireStable(pole, first.LargestRadius);
        SetStates(network, parameters.Values, diagonal);
        SetMaps(network, parameters.Values, diagonal);
        if (FiniteModel.Fault(parameters) is { } parameter)
            throw Wrong(
                $"makes values of the parameter '{parameter.Name}' that are not finite in single precision. Give a system whose matrices "
                + "are of an ordinary magnitude.");
    }

    /// <summary>All numbers of a system, by which a checkpoint knows it.</summary>
    public static byte[] Bytes(LinearSystem system)
        => [.. ((double[][,])[system.A, system.B, system.C, system.D]).SelectMany(matrix => MemoryMarshal.AsBytes(
            (ReadOnlySpan<double>)[matrix.GetLength(0), matrix.GetLength(1), .. matrix.Cast<double>()]).ToArray())];

    // S_y^-1 G S_u: from standardised inputs to standardised targets.
    private static LinearSystem Standardized(SequenceNetwork network, ParameterSet parameters, LinearSystem system)
    {
        var inputs = network.Input!.Deviation.Of(parameters.Values).ToArray();
        var outputs = network.Head.Output!.Deviation.Of(parameters.Values).ToArray();
        return system with
        {
            B = Scaled(system.B, (_, i) => inputs[i]), C = Scaled(system.C, (o, _) => 1.0 / outputs[o]),
            D = Scaled(system.D, (o, i) => (double)inputs[i] / outputs[o]),
        };
    }

    private static double[,] Scaled(double[,] matrix, Func<int, int, double> factor)
    {
        var scaled = (double[,])matrix.Clone();
        for (int row = 0; row < scaled.GetLength(0); row++)
            for (int column = 0; column < scaled.GetLength(1); column++)
                scaled[row, column] *= factor(row, column);
        return scaled;
    }

    private static void RequireStable(Complex pole, double largest)
    {
        if (pole.Magnitude > largest)
            throw Wrong(
                $"must be stable, but its pole {pole:g4} has the magnitude {pole.Magnitude:g8}, and the states of this core forget: "
                + $"theirs have at most {largest:g8}. Take the system without its integrators and unstable poles, or give differences of "
                + "an integrating output as the targets.");
    }

    private static void SetStates(SequenceNetwork network, Span<float> values, DiagonalSystem system)
    {
        int inputs = system.D.GetLength(1), outputs = system.D.GetLength(0), states = system.Poles.Count;
        Complex[,] b = new Complex[states, network.Width], c = new Complex[network.Width, states];
        double share = ShareOf(network);
        for (int n = 0; n < states; n++)
        {
            for (int i = 0; i < inputs; i++)
                b[n, i] = system.B[n, i];
            for (int o = 0; o < outputs; o++)
                c[inputs + o, n] = share * system.C[o, n];
        }
        for (int layer = 0; layer < network.Cores.Count; layer++)
        {
            var core = (DiagonalCore)network.Cores[layer];
            if (layer == 0)
                core.SetSystem(values, system.Poles, b, c);
            else
                core.SetSystem(values, [], new Complex[0, network.Width], new Complex[network.Width, 0]);
            if (network.Branch(layer).Skip is { } skip)
                SetIdentity(skip.Weight.Of(values), network.Width, network.Width, network.Width);
        }
    }

    private static void SetMaps(SequenceNetwork network, Span<float> values, DiagonalSystem system)
    {
        Linear encoder = (Linear)network.Encoder, decoder = (Linear)network.Decoder;
        int inputs = system.D.GetLength(1), outputs = system.D.GetLength(0);
        // The channels behind inputs and outputs stay as drawn.
        SetIdentity(encoder.Weight.Of(values), inputs + outputs, encoder.InputSize, inputs);
        encoder.Bias!.Of(values).Clear();
        var weight = decoder.Weight.Of(values);
        weight.Clear();
        decoder.Bias!.Of(values).Clear();
        for (int o = 0; o < outputs; o++)
        {
            weight[o * network.Width + inputs + o] = (float)(1 / ShareOf(network));
            for (int i = 0; i < inputs; i++)
                weight[o * network.Width + i] = (float)system.D[o, i];
        }
    }

    // The first rows of a matrix: ones on the diagonal, as many as given, and zeros.
    private static void SetIdentity(Span<float> matrix, int rows, int columns, int ones)
    {
        matrix[..(rows * columns)].Clear();
        for (int i = 0; i < ones; i++)
            matrix[i * columns + i] = 1;
    }

    private static double ShareOf(SequenceNetwork network) => network.Architecture.ChosenScaffold is WienerScaffold ? Share : 1;

    private static string Name(object? options) => options?.GetType().Name ?? "left to the library";

    private static ArgumentException Wrong(string why) => new($"InitialSystem {why}");
}
