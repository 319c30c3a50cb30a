using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Optimizers;

/// <summary>
/// AdamW over a flat buffer, with a rate factor and a decay for each parameter group (Loshchilov and Hutter 2019, arXiv:1711.05101).
/// </summary>
internal sealed class AdamW
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly List<Segment> _segments = [];
    private readonly float[] _first;
    private readonly float[] _second;

    public AdamW(IReadOnlyList<Parameter> parameters, double stateSpaceFactor, double weightDecay)
    {
        foreach (var parameter in parameters)
        {
            float rate = parameter.Group switch
            {
                ParameterGroup.StateSpace => (float)stateSpaceFactor,
                ParameterGroup.Fixed => 0,
                _ => 1
            };
            float decay = parameter.Group == ParameterGroup.Decayed ? (float)weightDecay : 0;
            if (_segments.Count > 0 && _segments[^1] is var last && last.Rate == rate && last.Decay == decay)
                _segments[^1] = last with { Length = last.Length + parameter.Length };
            else
                _segments.Add(new Segment(parameter.Offset, parameter.Length, rate, decay));
        }
        int length = parameters.Sum(p => p.Length);
        _first = new float[length];
        _second = new float[length];
    }

    /// <summary>Number of updates made.</summary>
    public int Steps { get; private set; }

    /// <summary>Copies the two moments.</summary>
    public void Save(Span<float> first, Span<float> second)
    {
        _first.CopyTo(first);
        _second.CopyTo(second);
    }

    /// <summary>Continues from these moments and that number of updates.</summary>
    public void Load(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int steps)
    {
        first.CopyTo(_first);
        second.CopyTo(_second);
        Steps = steps;
    }

    /// <summary>
    /// Makes one update with learning rate <paramref name="rate"/>. A gradient whose norm exceeds <paramref name="clip"/> is first scaled
    /// down to that norm.
    /// </summary>
    public void Step(Span<float> values, ReadOnlySpan<float> gradients, double rate, double clip)
    {
        Steps++;
        double norm = Math.Sqrt(Reductions.SumOfSquares(gradients));
        float scale = norm > clip ? (float)(clip / norm) : 1;
        float correction1 = 1 - MathF.Pow(Beta1, Steps), correction2 = 1 - MathF.Pow(Beta2, Steps);
        foreach (var (offset, length, factor, decay) in _segments)
        {
            if (factor == 0)
                continue;
            AdamKernel.Update(
                values.Slice(offset, length), gradients.Slice(offset, length),
                _first.AsSpan(offset, length), _second.AsSpan(offset, length),
                (float)rate * factor, decay, Beta1, Beta2, Epsilon, correction1, correction2, scale);
        }
    }

    private readonly record struct Segment(int Offset, int Length, float Rate, float Decay);
}
