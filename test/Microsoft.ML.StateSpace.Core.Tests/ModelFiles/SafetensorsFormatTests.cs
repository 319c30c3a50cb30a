using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>Reads a model file by the rules of the safetensors specification alone, as Python's reader does.</summary>
public class SafetensorsFormatTests
{
    private static readonly byte[] File = SmallModel.Write(SmallModel.Create());
    private static readonly int HeaderLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(File);
    private static readonly JsonObject Header = JsonNode.Parse(File.AsSpan(8, HeaderLength))!.AsObject();
    private static readonly byte[] Data = File[(8 + HeaderLength)..];

    [Fact]
    public void Header_StartsWithABraceAndAlignsTheData()
    {
        Assert.Equal((byte)'{', File[8]);
        Assert.Equal(0, HeaderLength % 8);
    }

    [Fact]
    public void Metadata_AreStrings()
        => Assert.All(Header["__metadata__"]!.AsObject(), entry => Assert.Equal(System.Text.Json.JsonValueKind.String, entry.Value!.GetValueKind()));

    [Fact]
    public void Tensors_TileTheDataWithoutGapsToTheEnd()
    {
        long end = 0;
        foreach (var tensor in Tensors().OrderBy(tensor => tensor.Begin))
        {
            Assert.Equal("F32", tensor.Type);
            Assert.Equal(end, tensor.Begin);
            Assert.Equal(tensor.End - tensor.Begin, 4 * tensor.Shape.Aggregate(1L, (product, extent) => product * extent));
            end = tensor.End;
        }
        Assert.Equal(Data.Length, end);
    }

    [Fact]
    public void Tensors_HoldTheParametersUnderTheirNames()
    {
        var set = SmallModel.Create().Parameters;
        var tensors = Tensors().ToDictionary(tensor => tensor.Name);
        Assert.Equal(set.Parameters.Select(p => p.Name).Order(), tensors.Keys.Order());
        foreach (Parameter parameter in set.Parameters)
        {
            var tensor = tensors[parameter.Name];
            Assert.Equal(parameter.Shape, tensor.Shape);
            for (int i = 0; i < parameter.Length; i++)
                Assert.Equal(BitConverter.SingleToInt32Bits(parameter.Of(set.Values)[i]), BinaryPrimitives.ReadInt32LittleEndian(Data.AsSpan((int)tensor.Begin + 4 * i)));
        }
    }

    private static IEnumerable<(string Name, string Type, int[] Shape, long Begin, long End)> Tensors()
        => Header.Where(entry => entry.Key != "__metadata__").Select(entry => (
            entry.Key, (string)entry.Value!["dtype"]!, entry.Value["shape"]!.AsArray().Select(extent => (int)extent!).ToArray(),
            (long)entry.Value["data_offsets"]![0]!, (long)entry.Value["data_offsets"]![1]!));
}
