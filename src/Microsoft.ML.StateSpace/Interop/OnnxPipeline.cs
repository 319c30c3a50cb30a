using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>The ONNX model that ML.NET's converter builds of a pipeline: see README.md in this folder.</summary>
internal sealed class OnnxPipeline(OnnxContext context)
{
    /// <summary>Whether a column is in the model.</summary>
    public bool Holds(string column) => context.ContainsColumn(column);

    /// <summary>The variable in which a column is.</summary>
    public string VariableOf(string column) => context.GetVariableName(column);

    /// <summary>Whether the model has a variable of this name.</summary>
    public bool IsTaken(string variable) => context.IsVariableDefined(variable);

    /// <summary>Requires that the model may have operators of this version.</summary>
    public void RequireOperatorSet(int version) => context.CheckOpSetVersion(version, "StateSpace");

    /// <summary>Adds a column, and returns its variable.</summary>
    public string AddColumn(DataViewType type, string column) => context.AddIntermediateVariable(type, column);

    /// <summary>Takes the name of a variable.</summary>
    public void Declare(string variable) => context.AddIntermediateVariable(null, variable, skip: true);

    /// <summary>Adds a node, and returns what the converter made of it.</summary>
    public object AddNode(string type, string domain, string name, IEnumerable<string> inputs, IEnumerable<string> outputs)
        => context.CreateNode(type, inputs, outputs, name, domain);
}
