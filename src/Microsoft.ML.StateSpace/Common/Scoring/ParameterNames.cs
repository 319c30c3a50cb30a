namespace Microsoft.ML.StateSpace;

/// <summary>Whose names the parameters of a model have in a file.</summary>
public enum ParameterNames
{
    /// <summary>This library's, with all that the model needs: such a file is a whole model.</summary>
    Library,

    /// <summary>
    /// Those of the public code of the model's family in Python, where it has one: <c>ModelFiles.PythonCheckpoint</c>. Statistics of the
    /// data are multiplied into encoders and heads that have a public name; other encoders and heads are left out with them.
    /// </summary>
    Python,
}
