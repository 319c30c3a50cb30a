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
        File[8].Should().Be((byte)'{');
        (HeaderLength % 8).Should().Be(0);
    }

    [Fact]
    public void Metadata_AreStrings()
        => Header["__metadata__"]!.AsObject()
            .Should().AllSatisfy(entry => entry.Value!.GetValueKind().Should().Be(System.Text.Json.JsonValueKind.String));

    [Fact]
    public void Tensors_TileTheDataWithoutGapsToTheEnd()
    {
        long end = 0;
        foreach (var tensor in Tensors().OrderBy(tensor => tensor.Begin))
        {
            tensor.Type.Should().Be("F32");
            tensor.Begin.Should().Be(end);
            (4 * tensor.Shape.Aggregate(1L, (product, extent) => product * extent)).Should().Be(tensor.End - tensor.Begin);
            end = tensor.End;
        }
        end.Should().Be(Data.Length);
    }

    [Fact]
    public void Tensors_HoldTheParametersUnderTheirNames()
    {
        var set = SmallModel.Create().Parameters;
        var tensors = Tensors().ToDictionary(tensor => tensor.Name);
        tensors.Keys.Order().Should().Equal(set.Parameters.Select(p => p.Name).Order());
        foreach (Parameter parameter in set.Parameters)
        {
            var tensor = tensors[parameter.Name];
            tensor.Shape.Should().Equal(parameter.Shape);
            for (int i = 0; i < parameter.Length; i++)
                BinaryPrimitives.ReadInt32LittleEndian(Data.AsSpan((int)tensor.Begin + 4 * i))
                    .Should().Be(BitConverter.SingleToInt32Bits(parameter.Of(set.Values)[i]));
        }
    }

    private static IEnumerable<(string Name, string Type, int[] Shape, long Begin, long End)> Tensors()
        => Header.Where(entry => entry.Key != "__metadata__").Select(entry => (
            entry.Key, (string)entry.Value!["dtype"]!, entry.Value["shape"]!.AsArray().Select(extent => (int)extent!).ToArray(),
            (long)entry.Value["data_offsets"]![0]!, (long)entry.Value["data_offsets"]![1]!));
}
