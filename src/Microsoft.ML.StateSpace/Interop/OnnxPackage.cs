using System.Reflection;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>Finds the optional package that writes ONNX models.</summary>
internal static class OnnxPackage
{
    private const string Name = "Microsoft.ML.StateSpace.Onnx", Writer = "Microsoft.ML.StateSpace.Onnx.Pipelines.PipelineWriter";

    /// <exception cref="InvalidOperationException">The program has no such package.</exception>
    public static IOnnxWriter Find()
    {
        try
        {
            return (IOnnxWriter)Activator.CreateInstance(Assembly.Load(Name).GetType(Writer, throwOnError: true)!)!;
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidOperationException(
                $"ONNX models of this step are written by the package {Name}, which this program does not have. Add it with "
                + $"dotnet add package {Name}.", e);
        }
    }
}
