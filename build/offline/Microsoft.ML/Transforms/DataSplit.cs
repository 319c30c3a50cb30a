// Stands for the splits of Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Divides rows by a number in [0, 1) that depends on the row's place, or on the value of a sampling key, and on a seed. The original draws
/// other numbers, so its parts are others; the laws are the same: lazy, repeatable, disjoint, in the order of the source, about the size asked for.
/// </summary>
internal static class DataSplit
{
    internal static DataOperationsCatalog.TrainTestData[] Folds(IHostEnvironment env, IDataView data, int numberOfFolds, string samplingKeyColumn, int? seed)
    {
        var split = new Splitter(env, data, samplingKeyColumn, seed);
        return [.. Enumerable.Range(0, numberOfFolds).Select(i => split.Part((double)i / numberOfFolds, (i + 1.0) / numberOfFolds))];
    }

    internal static DataOperationsCatalog.TrainTestData TrainTest(IHostEnvironment env, IDataView data, double testFraction, string samplingKeyColumn, int? seed) =>
        new Splitter(env, data, samplingKeyColumn, seed).Part(0, testFraction);

    private sealed class Splitter
    {
        private readonly IDataView _data;
        private readonly DataViewSchema.Column? _key;
        private readonly ulong _seed;

        internal Splitter(IHostEnvironment env, IDataView data, string samplingKeyColumn, int? seed)
        {
            _data = data;
            if (samplingKeyColumn is not null)
            {
                _key = data.Schema.GetColumnOrNull(samplingKeyColumn)
                    ?? throw new ArgumentOutOfRangeException(nameof(samplingKeyColumn), $"Could not find SamplingKeyColumn column '{samplingKeyColumn}'");
                if (_key.Value.Type is VectorDataViewType)
                    throw Unsupported.Member("A vector as the sampling key of a split");
            }
            _seed = (ulong)(seed ?? env.Register(nameof(DataSplit)).Rand.Next());
        }

        internal DataOperationsCatalog.TrainTestData Part(double from, double to)
        {
            return new(View(inside: false), View(inside: true));

            IDataView View(bool inside) => new RowSubsetView(
                _data,
                () => null,
                row =>
                {
                    var draw = MakeDraw(row);
                    return () => draw() is { } x && (x >= from && x < to) == inside ? RowSubsetView.Verdict.Keep : RowSubsetView.Verdict.Drop;
                },
                _key is { } key ? [key] : []);
        }

        // A missing key belongs to neither part.
        private Func<double?> MakeDraw(DataViewRow row)
        {
            if (_key is not { } key)
                return () => Uniform((ulong)row.Position);
            var type = key.Type.RawType;
            if (type == typeof(ReadOnlyMemory<char>))
                return Read<ReadOnlyMemory<char>>(text => text.IsEmpty ? null : Uniform(Hash(MemoryMarshal.AsBytes(text.Span))));
            if (type == typeof(float))
                return Read<float>(x => float.IsNaN(x) ? null : Uniform(BitConverter.SingleToUInt32Bits(x + 0)));
            if (type == typeof(double))
                return Read<double>(x => double.IsNaN(x) ? null : Uniform(BitConverter.DoubleToUInt64Bits(x + 0)));
            if (type == typeof(uint))
                return Read<uint>(x => x == 0 && key.Type is KeyDataViewType ? null : Uniform(x));
            return Generic.Call(ReadBits<byte>, [type], row, key);

            Func<double?> Read<T>(Func<T, double?> draw)
            {
                var getter = row.GetGetter<T>(key);
                return () =>
                {
                    T value = default;
                    getter(ref value);
                    return draw(value);
                };
            }
        }

        private Func<double?> ReadBits<T>(DataViewRow row, DataViewSchema.Column key)
            where T : struct
        {
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                throw Unsupported.Member($"A sampling key of type {key.Type}");
            var getter = row.GetGetter<T>(key);
            return () =>
            {
                T value = default;
                getter(ref value);
                return Uniform(Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value))));
            };
        }

        private static ulong Hash(ReadOnlySpan<byte> bytes)
        {
            ulong hash = 14695981039346656037;
            foreach (byte b in bytes)
                hash = (hash ^ b) * 1099511628211;
            return hash;
        }

        private double? Uniform(ulong bits) => (new DataViewRowId(bits, _seed).Next().Low >> 11) * (1.0 / (1UL << 53));
    }
}
