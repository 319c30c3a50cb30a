using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The linear system that a core is.</summary>
internal static class Systems
{
    public static LinearSystem Of(Layer layer, ParameterLayout layout, ParameterSet parameters)
    {
        var core = (ILinearCore)layer;
        var weights = new Weights(parameters.Values, new float[layout.PreparedLength]);
        layer.Prepare(weights);
        int order = core.Order, size = layer.InputSize;
        Matrix a = new(order, order), b = new(order, size), c = new(size, order), d = new(size, size);
        core.WriteSystem(weights, a, b, c, d);
        return new LinearSystem(Array(a), Array(b), Array(c), Array(d));
    }

    private static double[,] Array(Matrix matrix)
    {
        var values = new double[matrix.Rows, matrix.Columns];
        for (int i = 0; i < matrix.Rows; i++)
            for (int j = 0; j < matrix.Columns; j++)
                values[i, j] = matrix[i, j];
        return values;
    }
}
