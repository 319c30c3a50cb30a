using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// The tables by which a system a channel, <c>x_t = A x_{t-1} + b u_t</c>, <c>y_t = c x_t + D u_t</c> with real states, takes chunks of Q
/// steps at once (<see cref="ChannelChunks"/>). The graph computes them in double when the model is loaded, from the numbers of the system;
/// so the file is no larger for them.
/// </summary>
/// <param name="Input">A^(Q-1-i) b, (H, Q, states).</param>
/// <param name="Output">c A^(j+1), (H, states, Q).</param>
/// <param name="Kernel">c A^p b, with D where p = 0, (H, Q).</param>
/// <param name="Carry">A^Q of states, (H, rows, states).</param>
internal sealed record ChannelTables(Value Input, Value Output, Value Kernel, Func<Value, Value> Carry);
