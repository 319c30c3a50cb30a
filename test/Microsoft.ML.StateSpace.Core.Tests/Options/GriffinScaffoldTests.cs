using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Options;

/// <summary>Which layers of a Griffin are attention, and what goes together.</summary>
public class GriffinScaffoldTests
{
    private static readonly LruOptions Small = new() { Layers = 3, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0 };

    [Theory]
    [InlineData(3, 7, new[] { 2, 5 })]
    [InlineData(2, 5, new[] { 1, 3 })]
    [InlineData(4, 4, new[] { 3 })]
    public void EveryNthLayer_IsAttention_AndAllOthersHaveACore(int every, int layers, int[] expected)
    {
        var model = Build(Small with { Layers = layers, Scaffold = new GriffinScaffold { AttentionEvery = every, Window = 4 } });
        Enumerable.Range(0, layers).Where(i => model.Layout.Find($"Blocks.{i}.Core.Attention.Query.Weight") is not null)
            .Should().Equal(expected);
        Enumerable.Range(0, layers).Where(i => model.Layout.Find($"Blocks.{i}.Core.Gate.Weight") is null).Should().Equal(expected);
        Enumerable.Range(0, layers).Should().OnlyContain(i => model.Layout.Find($"Blocks.{i}.Mlp.Core.Gate.Weight") != null);
        model.Cores.Should().HaveCount(layers - expected.Length);
    }

    [Fact]
    public void ThePreset_HasTwoRecurrentLayersThenOneOfAttention_OverThePublishedWindow()
    {
        var scaffold = Presets.Griffin.Scaffold.Should().BeOfType<GriffinScaffold>().Which;
        (scaffold.AttentionEvery, scaffold.Window, scaffold.Expansion, scaffold.ConvolutionWidth).Should().Be((3, 1024, 3, 4));
        Build(Presets.Griffin with { Layers = 6, ModelSize = 64, Bidirectional = false }).Cores.Should().HaveCount(4);
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(128, 4)]
    [InlineData(100, 2)]
    [InlineData(6, 1)]
    public void Heads_ThatAreLeftOpen_HaveAtLeast32ChannelsEach(int size, int expected)
        => new GriffinScaffold().HeadsOf(size).Should().Be(expected);

    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(2, 3)]
    public void Layers_ThatAreLeftOpen_AreEnoughForAttention(int every, int expected)
    {
        var options = ModelCases.Options("Griffin block, sequence to sequence");
        var open = options.Network with { Layers = null, Scaffold = new GriffinScaffold { AttentionEvery = every } };
        var resolved = TrainingDefaults.Resolve(options with { Architecture = open }, ModelCases.Data(options, 30, 40));
        resolved.Network.Layers.Should().Be(expected);
        resolved.Architecture.Validate();
    }

    [Fact]
    public void WhatDoesNotGoTogether_IsRefused_AndASweepRepairsIt()
    {
        foreach (var (option, options) in new (string, NetworkOptions)[]
        {
            ("Layers", Small with { Layers = 2, Scaffold = new GriffinScaffold() }),
            ("Heads", Small with { Scaffold = new GriffinScaffold { Heads = 4 } }),
        })
        {
            Invoking(options.Validate).Should().Throw<ArgumentException>().WithParameterName(option);
            options.Core.Repair(options).Validate();
        }
        Invoking((Small with { ModelSize = 1 << 10, Scaffold = new GriffinScaffold { Window = 1 << 16 } }).Validate)
            .Should().Throw<ArgumentException>().WithParameterName("Window");
    }

    private static SequenceNetwork Build(NetworkOptions architecture)
        => new(new() { Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = architecture });
}
