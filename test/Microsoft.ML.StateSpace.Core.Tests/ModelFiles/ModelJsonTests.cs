using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>The oracle is the serializer of System.Text.Json, whose attributes the records carry.</summary>
public class ModelJsonTests
{
    private static readonly JsonSerializerOptions Oracle = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
    };

    [Fact]
    public void Write_GivesTheTextOfSystemTextJson()
    {
        AssertSameText(Machine.Sample);
        AssertSameText(new Machine { Name = "", Parts = [], Main = new Gear() });
        AssertSameText(new Positional("x", null, 3));
        AssertSameText(SmallModel.Create().Options);
        AssertSameText(SmallModel.Create().Summary);
        AssertSameText(new TrainingOptions());
        AssertSameText<ArchitectureOptions>(new LruOptions());
        AssertSameText(new LruOptions());
        AssertSameText(new Dictionary<string, string> { ["a"] = "b\"c", ["ä"] = "" });
    }

    [Fact]
    public void Read_GivesWhatSystemTextJsonGives()
    {
        foreach (string json in (string[])
            [
                JsonSerializer.Serialize(Machine.Sample, Oracle),
                """{"Name":"x","Main":{"kind":"Gear"}}""",
                """ { "Main" : { "Teeth" : 10, "kind" : "Gear" } , "Name" : "A\n\/" , "Ratio" : -0.0, "Slip" : "NaN", """
                + """ "Large" : -9223372036854775808 } """,
            ])
            ModelJson.Write(ModelJson.Read<Machine>(json))
                .Should().Be(JsonSerializer.Serialize(JsonSerializer.Deserialize<Machine>(json, Oracle), Oracle));
    }

    [Fact]
    public void Read_KeepsEveryBitOfANumber()
    {
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            double ratio = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            float slip = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (double.IsNaN(ratio) || float.IsNaN(slip))
                continue;

            var read = ModelJson.Read<Machine>(ModelJson.Write(new Machine { Name = "", Main = new Gear(), Ratio = ratio, Slip = slip }));

            BitConverter.DoubleToInt64Bits(read.Ratio).Should().Be(BitConverter.DoubleToInt64Bits(ratio));
            BitConverter.SingleToInt32Bits(read.Slip).Should().Be(BitConverter.SingleToInt32Bits(slip));
        }
    }

    [Fact]
    public void Read_LeavesTheRecordsOwnDefaultWhereAMemberIsMissing()
    {
        var read = ModelJson.Read<Machine>("""{"Name":"x","Main":{"kind":"Gear"}}""");

        read.Ratio.Should().Be(0.25);
        read.Colour.Should().Be(Colour.Green);
        read.Main.Should().BeOfType<Gear>().Which.Teeth.Should().Be(12);
        ModelJson.Read<Positional>("""{"Name":"x","Count":null}""").Should().Be(new Positional("x", null, 7));
    }

    [Fact]
    public void Read_TakesTheDiscriminatorAnywhere()
    {
        var read =
            ModelJson.Read<Machine>("""{"Main":{"Inner":{"Length":2,"form":"Rod"},"Shell":{"kind":"Gear"},"kind":"Box"},"Name":"x"}""");

        read.Main.Should().Be(new Box { Inner = new Rod { Length = 2 }, Shell = new Gear() });
    }

    [Fact]
    public void Read_NamesAKindThatOnlyALaterVersionKnows()
    {
        string message = Invoking(
            () => ModelJson.Read<Machine>("""{"Name":"x","Main":{"kind":"Box","Inner":{"form":"Ball","Radius":1}}}"""))
            .Should().ThrowExactly<InvalidDataException>().Which.Message;

        message.Should().Contain("later version");
        message.Should().Contain("its form is 'Ball', this library knows Rod");
    }

    [Theory]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"name":"y"}""", "'name'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Hidden":1}""", "'Hidden'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear","Diameter":1}}""", "Gear has a member 'Diameter'")]
    public void Read_NamesAMemberThatOnlyALaterVersionKnows(string json, string named)
        => Invoking(() => ModelJson.Read<Machine>(json))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("later version").And.Contain(named);

    [Theory]
    [InlineData("""{"Main":{"kind":"Gear"}}""", "lacks 'Name'")]
    [InlineData("""{"Name":"x"}""", "lacks 'Main'")]
    [InlineData("""{"Name":"x","Main":{"Teeth":1}}""", "lacks 'kind'")]
    [InlineData("""{"Name":"x","Main":{"kind":1}}""", "kind must be a text")]
    [InlineData("""{"Name":null,"Main":{"kind":"Gear"}}""", "Machine.Name is null")]
    [InlineData("""{"Name":"x","Main":null}""", "Machine.Main is null")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Ratio":null}""", "Machine.Ratio is null")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Name":"x"}""", "duplicate 'Name'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear","kind":"Gear"}}""", "duplicate 'kind'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Speeds":{"a":1,"a":2}}""", "duplicate 'a'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Speeds":{"a":null}}""", "Speeds")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Weights":[1,null]}""", "Weights")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Weights":[1,"2"]}""", "Weights must be a number, not '2'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Weights":{}}""", "Weights must be a list")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Colour":"red"}""", "Colour must be one of Red, Green, not 'red'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Colour":"1"}""", "Colour must be one of")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Colour":1}""", "Colour must be a text, not '1'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Colour":"Red, Green"}""", "Colour must be one of")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear","Teeth":1.5}}""", "Teeth must be an integer of 32 bits, not '1.5'")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear","Teeth":2147483648}}""", "Teeth must be an integer")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Ratio":"0.5"}""", "Ratio must be a number")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Guarded":"yes"}""", "Guarded must be true or false")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Age":"1 day"}""", "Age must be a time")]
    [InlineData("""{"Name":"x","Main":[]}""", "Main must be an object")]
    [InlineData("""[]""", "Machine must be an object")]
    [InlineData("""null""", "Machine must be an object")]
    public void Read_SaysWhichMemberCannotBeUnderstood(string json, string named)
        => Invoking(() => ModelJson.Read<Machine>(json)).Should().ThrowExactly<JsonException>().Which.Message.Should().Contain(named);

    [Theory]
    [InlineData("")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"}""")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"}} {}""")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},}""")]
    [InlineData("""{"Name":"x","Main":{"kind":"Gear"},"Weights":[1""")]
    [InlineData("""{"Name":"\uD800","Main":{"kind":"Gear"}}""")]
    public void Read_RefusesWhatIsNoJson(string json) => Invoking(() => ModelJson.Read<Machine>(json)).Should().Throw<JsonException>();

    [Fact]
    public void Write_RefusesWhatCouldNotBeRead()
    {
        Invoking(() => ModelJson.Write(new Machine { Name = null!, Main = new Gear() })).Should().ThrowExactly<JsonException>();
        Invoking(() => ModelJson.Write(new Machine { Name = "", Main = new Gear(), Colour = (Colour)9 }))
            .Should().ThrowExactly<JsonException>();
        Invoking(() => ModelJson.Write(new Machine { Name = "", Main = new Stray() })).Should().ThrowExactly<NotSupportedException>();
        Invoking(() => ModelJson.Write(new Dated())).Should().ThrowExactly<NotSupportedException>();
        Invoking(() => ModelJson.Read<Dated>("""{"Date":"2020-01-01"}""")).Should().ThrowExactly<NotSupportedException>();
    }

    private static void AssertSameText<T>(T value)
        where T : class
    {
        string text = ModelJson.Write(value);
        text.Should().Be(JsonSerializer.Serialize(value, Oracle));
        ModelJson.Write(ModelJson.Read<T>(text)).Should().Be(text);
    }

    private enum Colour
    {
        Red,
        Green,
    }

    private sealed record Machine
    {
        public static Machine Sample { get; } = new()
        {
            Name = "a \"b\" <ä> \u0001 \U0001F600",
            Main = new Box { Inner = new Rod { Length = 1 / 3.0 }, Shell = new Box { Shell = new Gear() } },
            Spare = new Gear { Teeth = -5 },
            Parts = [new Gear { Teeth = 2 }, new Box { Shell = new Gear() }],
            Speeds = new Dictionary<string, float> { ["slow"] = 0.1f, ["top"] = float.PositiveInfinity },
            Weights = [0.1, double.Epsilon, double.MaxValue, double.NaN, double.NegativeInfinity, -0.0],
            Colour = Colour.Red,
            Second = Colour.Green,
            Large = long.MaxValue,
            Slip = float.Epsilon,
            Guarded = true,
            Age = new TimeSpan(3, 4, 5, 6, 7),
            Hidden = 4,
        };

        public required string Name { get; init; }

        public required Part Main { get; init; }

        public Part? Spare { get; init; }

        public IReadOnlyList<Part>? Parts { get; init; }

        public IReadOnlyDictionary<string, float>? Speeds { get; init; }

        public IReadOnlyList<double> Weights { get; init; } = [1];

        public Colour Colour { get; init; } = Colour.Green;

        public Colour? Second { get; init; }

        public double Ratio { get; init; } = 0.25;

        public float Slip { get; init; }

        public long Large { get; init; }

        public bool? Guarded { get; init; }

        public TimeSpan? Age { get; init; }

        [JsonIgnore]
        public int Hidden { get; init; }
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Gear), "Gear")]
    [JsonDerivedType(typeof(Box), "Box")]
    private abstract record Part;

    private sealed record Gear : Part
    {
        public int Teeth { get; init; } = 12;
    }

    private sealed record Box : Part
    {
        public Form? Inner { get; init; }

        public required Part Shell { get; init; }
    }

    private sealed record Stray : Part;

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "form")]
    [JsonDerivedType(typeof(Rod), "Rod")]
    private abstract record Form;

    private sealed record Rod : Form
    {
        public double Length { get; init; }
    }

    private sealed record Positional(string Name, int? Count, int Size = 7);

    private sealed record Dated
    {
        public DateTime Date { get; init; }
    }
}
