using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The chunks of a <see cref="HeadScan"/> in matrix form, Z of them with Q steps each. With <c>L_ij = exp(l_{j+1} + ... + l_i)</c> for i
/// &gt;= j and 0 for others, a chunk that begins in the state h yields
/// <c>y_i = sum_j L_ij (C_i . B_j) u_j + exp(l_1 + ... + l_i) h C_i</c>. Every sum of l is summed by itself, not as the difference of two
/// sums, so a step that forgets everything costs its neighbours no digits. Without autograd.
/// </summary>
/// <param name="inputs">u, (Z, Q, heads, P).</param>
/// <param name="logDecays">l, (Z, Q, heads).</param>
/// <param name="b">B, (Z, Q, N).</param>
/// <param name="c">C, (Z, Q, N).</param>
internal sealed class HeadChunks(Tensor inputs, Tensor logDecays, Tensor b, Tensor c)
{
    private readonly long _chunks = inputs.shape[0], _steps = inputs.shape[1], _heads = inputs.shape[2], _width = inputs.shape[3];
    // L, (Z, heads, Q, Q)
    private readonly Tensor _between = Between(logDecays);
    // exp of the sum of l up to and with a step, (Z, Q, heads)
    private readonly Tensor _fromStart = logDecays.cumsum(1).exp_();

    /// <summary>Gradients of what the chunks have.</summary>
    public readonly record struct Gradients(Tensor Inputs, Tensor LogDecays, Tensor B, Tensor C);

    /// <summary>The state before each chunk, (Z, N, heads P), of so many sequences.</summary>
    public Tensor States(long sequences)
    {
        // What each chunk adds to the state behind it.
        var ends = b.transpose(1, 2).bmm(Scale(inputs, ToEnd).flatten(2));
        var states = zeros_like(ends);
        var (perSequence, factors) = BySequence(states, sequences);
        long behind = perSequence.shape[1] - 1;
        perSequence.narrow(1, 1, behind).copy_(BySequence(ends, sequences).States.narrow(1, 0, behind));
        Recurrence.FromStart(factors, perSequence);
        return states;
    }

    /// <summary>y, (Z, Q, heads, P).</summary>
    public Tensor Output(Tensor states)
    {
        var output = Scale(c.bmm(states).view(inputs.shape), _fromStart);
        return output.add_(ByHead(Mix().bmm(Heads(inputs))));
    }

    /// <param name="states">As <see cref="States"/> returned them.</param>
    /// <param name="outputGradient">Gradient of y.</param>
    /// <param name="sequences">How many sequences the chunks are of.</param>
    public Gradients Backward(Tensor states, Tensor outputGradient, long sequences)
    {
        // y_i = exp(l_1 + ... + l_i) h C_i
        Tensor seen = c.bmm(states).view(inputs.shape), dSeen = Scale(outputGradient, _fromStart).flatten(2);
        var dLogDecays = FromEnd((outputGradient * seen).sum(3).mul_(_fromStart));
        Tensor dStates = c.transpose(1, 2).bmm(dSeen), dC = dSeen.bmm(states.transpose(1, 2));
        // h' = exp(l_1 + ... + l_Q) h + sum_j exp(l_{j+1} + ... + l_Q) B_j u_j^T
        var dEnds = zeros_like(dStates);
        var (perSequence, factors) = BySequence(dStates, sequences);
        long behind = perSequence.shape[1] - 1;
        Recurrence.FromEnd(factors, perSequence);
        BySequence(dEnds, sequences).States.narrow(1, 0, behind).copy_(perSequence.narrow(1, 1, behind));
        dLogDecays.add_((dEnds * states).sum(1).view(_chunks, _heads, _width).sum(2).mul_(Last(_fromStart)).unsqueeze(1));
        var toEnd = ToEnd;
        Tensor given = b.bmm(dEnds).view(inputs.shape), dInputs = Scale(given, toEnd);
        var dB = Scale(inputs, toEnd).flatten(2).bmm(dEnds.transpose(1, 2));
        dLogDecays.add_(BeforeEach((given * inputs).sum(3).mul_(toEnd)));
        // y_i = sum_j M_ij u_j, M_ij = L_ij (C_i . B_j)
        Tensor mix = Mix(), dy = Heads(outputGradient), dMix = dy.bmm(Heads(inputs).transpose(1, 2));
        dInputs.add_(ByHead(mix.transpose(1, 2).bmm(dy)));
        var dProducts = (dMix.view_as(_between) * _between).sum(1);
        dC.add_(dProducts.bmm(b));
        dB.add_(dProducts.transpose(1, 2).bmm(c));
        // l_k is a term of L_ij where i >= k > j: its gradient is a sum over these i and j.
        var open = dMix.mul_(mix).view_as(_between).tril_(-1).flip(2).cumsum(2).flip(2);
        dLogDecays.add_(open.tril_(-1).sum(3).transpose(1, 2));
        return new(dInputs, dLogDecays, dB, dC);
    }

    private static Tensor Between(Tensor logDecays)
    {
        long steps = logDecays.shape[1];
        var column = logDecays.transpose(1, 2).unsqueeze(3);
        return column.expand(-1, -1, -1, steps).tril(-1).cumsum(2).exp_().tril_();
    }

    // exp of the sum of l behind a step, (Z, Q, heads): the last row of L
    private Tensor ToEnd => _between.select(2, _steps - 1).transpose(1, 2);

    // M, (Z heads, Q, Q)
    private Tensor Mix() => (_between * c.bmm(b.transpose(1, 2)).unsqueeze(1)).flatten(0, 1);

    // (Z, Q, heads, P) to (Z heads, Q, P), and back
    private static Tensor Heads(Tensor values) => values.transpose(1, 2).flatten(0, 1);

    private Tensor ByHead(Tensor values) => values.view(_chunks, _heads, _steps, _width).transpose(1, 2);

    private static Tensor Scale(Tensor values, Tensor factors) => values * factors.unsqueeze(3);

    // States as a sequence of chunks, (sequences, chunks, N, heads, P), and what joins one to the next.
    private (Tensor States, Tensor FactorsBetween) BySequence(Tensor states, long sequences)
    {
        long chunks = _chunks / sequences;
        var factors = Last(_fromStart).view(sequences, chunks, 1, _heads, 1).narrow(1, 0, chunks - 1);
        return (states.view(sequences, chunks, -1, _heads, _width), factors);
    }

    private Tensor Last(Tensor values) => values.select(1, _steps - 1);

    // The sum over a step and all behind it, (Z, Q, heads).
    private static Tensor FromEnd(Tensor values) => values.flip(1).cumsum(1).flip(1);

    // The sum over all before a step.
    private Tensor BeforeEach(Tensor values)
    {
        var sums = zeros_like(values);
        sums.narrow(1, 1, _steps - 1).copy_(values.narrow(1, 0, _steps - 1).cumsum(1));
        return sums;
    }
}
