using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Definitions;

/// <summary>
/// A core is named in few files: those that are its own, which say so by their names (its options, layers, kernels, Torch layers,
/// definition, enrolment, and tests of it alone), and one of oracles. So a new core changes no file that is there, but for the oracles it
/// may share.
/// </summary>
public partial class CoreFilesTests
{
    /// <summary>The two cores that tests of other things take as their example; their names say nothing about a list of cores.</summary>
    private static readonly string[] Examples = ["S5", "Lru"];

    /// <summary>
    /// Files that must name a core that is not theirs. A new core adds nothing here, unless it is to be known in one of these ways.
    /// </summary>
    private static readonly (string File, string Cores, string Reason)[] Allowed =
    [
        (
            "src/Microsoft.ML.StateSpace.Core/Options/Presets.cs", "S5 Lru S4 S4D S6 Ssd RgLru",
            "Published settings, by the name of the publication."),
        ("src/Microsoft.ML.StateSpace.Core/Options/Scaffolds/Mamba2Scaffold.cs", "Ssd", "The block reaches into the inputs of its core."),
        ("src/Microsoft.ML.StateSpace.Core/Models/Scaffolding.cs", "Ssd", "Builds that block."),
        ("src/Microsoft.ML.StateSpace.Core/Options/Scaffolds/CertifiedScaffold.cs", "L2Ru", "Its message says which core to take."),
        ("src/Microsoft.ML.StateSpace.Core/Analysis/Certificate.cs", "L2Ru", "The certificate of that core."),
        ("src/Microsoft.ML.StateSpace.Core/Analysis/Systems/DiagonalSystem.cs", "S5", "The form of a system that such a layer has."),
        ("src/Microsoft.ML.StateSpace.Core/ModelFiles/MambaCheckpoint.cs", "S6", "Public weights of Mamba."),
        ("src/Microsoft.ML.StateSpace.Core/ModelFiles/Python/MambaNames.cs", "S6", "Public names of Mamba."),
        ("src/Microsoft.ML.StateSpace.Core/ModelFiles/Python/Mamba2Names.cs", "Ssd", "Public names of Mamba-2."),
        ("src/Microsoft.ML.StateSpace.Core/ModelFiles/Python/PublicNames.cs", "S5 Lru S4D", "The families, in the order of their names."),
        ("src/Microsoft.ML.StateSpace.Core/ModelFiles/Python/RecurrentGemmaNames.cs", "RgLru", "Public names of RecurrentGemma."),
        ("src/Microsoft.ML.StateSpace.Core/Training/DefaultArchitecture.cs", "S5", "The default architecture."),
        ("test/Microsoft.ML.StateSpace.Onnx.Tests/SelectiveLaws.cs", "S6", "Its extreme rates, exported."),
        ("src/Microsoft.ML.StateSpace.Core/Kernels/Selective/HeadKernels.cs", "Ssd", "A part of that core's kernel."),
        ("src/Microsoft.ML.StateSpace.Core/Layers/PerChannel/S4.cs", "S4D", "S4 starts from the poles of S4D."),
        ("src/Microsoft.ML.StateSpace.Core/Layers/Selective/Liv.cs", "S5", "LIV starts as an S5."),
        (
            "src/Microsoft.ML.StateSpace.Core/Layers/Certified/L2RuDiagonal.cs", "Lru",
            "The same distance from the unit circle as the LRU keeps."),
        (
            "src/Microsoft.ML.StateSpace.TorchSharp/Layers/Certified/TorchL2RuDiagonal.cs", "Lru",
            "The same distance from the unit circle as the LRU keeps."),
        ("src/Microsoft.ML.StateSpace.TorchSharp/Layers/Diagonal/TorchPoles.cs", "S5", "The poles that S5 and its irregular form share."),
        (
            "test/Microsoft.ML.StateSpace.Core.Tests/ModelFiles/LanguageModelTests.cs", "Ssd",
            "Reads public weights of Mamba-2."),
        (
            "test/Microsoft.ML.StateSpace.Core.Tests/ModelFiles/Mamba2CheckpointTests.cs", "Ssd",
            "Reads public weights of Mamba-2."),
        (
            "test/Microsoft.ML.StateSpace.Core.Tests/ModelFiles/SavedParametersTests.cs", "S6",
            "Training goes on from public weights of Mamba."),
        ("test/Microsoft.ML.StateSpace.StreamBenchmarks/Program.cs", "S4D S6 L2Ru RgLru", "The models that are measured."),
        ("test/Shared/Models/ModelOracle.cs", "Ssd L2Ru", "The oracle of the two scaffolds that belong to a core."),
        (
            "test/Microsoft.ML.StateSpace.Core.Tests/Definitions/CoreDefinitionTests.cs", "S4D S4 S6 Ssd RgLru Liv L2Ru",
            "The names that files and journals written before hold."),
        (
            "test/Microsoft.ML.StateSpace.Tests/Messages/OptionSituations.cs", "S4D L2Ru RgLru",
            "Follows the advice of their messages."),
        ("test/Microsoft.ML.StateSpace.Tests/Tasks/MissingValuesTests.cs", "L2Ru", "What is missing in a certified model."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Layers/PerChannel/S4Tests.cs", "S4D", "Compares the two."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Analysis/CertificateTests.cs", "L2Ru", "Tests of its certificate."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Analysis/GainTests.cs", "L2Ru", "Measures the gain that it promises."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Analysis/TrainedGainTests.cs", "L2Ru", "Tests of its certificate, with trained gains."),
        (
            "test/Microsoft.ML.StateSpace.Core.Tests/Analysis/ConvolutionKernelTests.cs", "S4D S4 L2Ru",
            "Every linear time-invariant core has a kernel."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Analysis/ModelReductionTests.cs", "S4D", "Holds no system between all channels."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Layers/Diagonal/RingTests.cs", "S4D S4", "Options that several cores have."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/ModelFiles/PublicForwardTests.cs", "RgLru", "Reads a RecurrentGemma."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/ModelFiles/PublicNamesTests.cs", "S4D RgLru", "Options that public names refuse."),
        ("test/Microsoft.ML.StateSpace.Core.Tests/Options/PresetTests.cs", "S4", "The name of a preset."),
        (
            "test/Microsoft.ML.StateSpace.Tests/SequenceToSequence/SequenceToSequenceTests.cs", "L2Ru",
            "A transformer states its certificate."),
        ("test/Microsoft.ML.StateSpace.PublicApi.Tests/Documentation/DocsSnippets.cs", "S6", "An example that stands in the documents."),
        ("test/Microsoft.ML.StateSpace.PublicApi.Tests/Documentation/H3Snippets.cs", "S4D", "The core that H3 was published with."),
        ("test/Microsoft.ML.StateSpace.Reports.Tests/Testing/Gallery.cs", "S4D L2Ru", "Models whose reports have sections of their own."),
        ("test/Microsoft.ML.StateSpace.GpuCheck/Checks/CertificateCheck.cs", "L2Ru", "Checks its certificate."),
        ("test/Microsoft.ML.StateSpace.GpuCheck/Checks/MemoryCheck.cs", "S4D S4 S6", "Model cases, one for each kind of scan."),
        ("test/Microsoft.ML.StateSpace.GpuCheck/Checks/PlacementCheck.cs", "S4D", "Names of model cases."),
        ("test/Microsoft.ML.StateSpace.GpuCheck/Checks/PrecisionCheck.cs", "Ssd", "One of three networks that it trains."),
        ("test/Microsoft.ML.StateSpace.Tests/Accuracy/SyntheticTaskTests.cs", "S6 Ssd", "Claims about what these cores learn."),
    ];

    private static readonly Regex Identifier = new(
        $"(?:{string.Join("|", CoreDefinition.All.Select(core => core.Family).OrderByDescending(family => family.Length))})(?![a-z0-9])");

    private static readonly string[] Sources =
    [
        .. from top in (string[])["src", "test"]
           from file in Directory.EnumerateFiles(Repository.Path(top), "*.cs", SearchOption.AllDirectories)
           let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
           where !path.Split('/').Any(folder => folder is "bin" or "obj" or "Microsoft.ML.StateSpace.Benchmarks")
           orderby path
           select path,
    ];

    /// <summary>The cores that the code of each file names; comments may name any.</summary>
    private static readonly Dictionary<string, HashSet<string>> Named = Sources.ToDictionary(file => file, file => NamesIn(
        Comment().Replace(File.ReadAllText(Repository.Path(file)), "")));

    public static TheoryData<string> Cores => [.. CoreDefinition.All.Select(core => core.Family)];

    [Theory]
    [MemberData(nameof(Cores))]
    public void ACore_IsNamedInItsOwnFilesAlone(string core)
    {
        Sources.Where(file => Named[file].Contains(core) && !IsOwn(file, core) && !MayName(file, core))
            .Should().BeEmpty("only its own files and those allowed above name {0}", core);
    }

    [Theory]
    [MemberData(nameof(Cores))]
    public void ACore_HasAFileOfEachKind(string core)
    {
        string[] own = [.. Sources.Where(file => IsOwn(file, core))];
        own.Should().Contain($"src/Microsoft.ML.StateSpace.Core/Options/{core}Options.cs");
        own.Should().Contain($"src/Microsoft.ML.StateSpace.Core/Definitions/{core}Definition.cs");
        own.Should().Contain($"test/Shared/Enrolments/{core}Enrolment.cs");
        own.Should().Contain(file => file.StartsWith("src/Microsoft.ML.StateSpace.Core/Layers/", StringComparison.Ordinal));
        own.Should().Contain(file => file.StartsWith("src/Microsoft.ML.StateSpace.TorchSharp/Layers/", StringComparison.Ordinal));
        Sources.Should().ContainSingle(file => IsOracle(file) && Named[file].Contains(core));
    }

    [Fact]
    public void WhatIsAllowed_IsNeeded()
        => Allowed.Should().AllSatisfy(
            entry => entry.Cores.Split(' ').Should().AllSatisfy(core => Named[entry.File].Should().Contain(core)));

    private static HashSet<string> NamesIn(string text) => [.. Identifier.Matches(text).Select(match => match.Value)];

    private static bool IsOracle(string file) => file.StartsWith("test/Shared/Oracle/", StringComparison.Ordinal);

    private static bool IsOwn(string file, string core) => NamesIn(Path.GetFileNameWithoutExtension(file)).Contains(core);

    private static bool MayName(string file, string core)
        => IsOracle(file)
            || (Examples.Contains(core) && file.StartsWith("test/Microsoft.ML.StateSpace.", StringComparison.Ordinal))
            || Array.Exists(Allowed, entry => entry.File == file && entry.Cores.Split(' ').Contains(core))
            || file.EndsWith("/CoreFilesTests.cs", StringComparison.Ordinal);

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
