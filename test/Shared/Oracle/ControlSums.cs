using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// Sums over rows of the state x before a row, its input u and the costate p of the state behind it: <c>A = sum u u'</c>, and for each
/// state <c>a = sum |x|^2 + |p|^2</c>, <c>q = sum u x</c>, <c>r_lambda = sum conj(x) p</c>, <c>r_u = sum u p</c>.
/// </summary>
internal sealed record ControlSums(double[,] Inputs, double[] A, Complex[,] Q, Complex[] RLambda, Complex[,] RU)
{
    public void Add(double[] u, Complex[] x, Complex[] p)
    {
        for (int h = 0; h < u.Length; h++)
            for (int k = 0; k < u.Length; k++)
                Inputs[h, k] += u[h] * u[k];
        for (int n = 0; n < x.Length; n++)
        {
            A[n] += x[n].Magnitude * x[n].Magnitude + p[n].Magnitude * p[n].Magnitude;
            RLambda[n] += Complex.Conjugate(x[n]) * p[n];
            for (int h = 0; h < u.Length; h++)
            {
                Q[n, h] += u[h] * x[n];
                RU[n, h] += u[h] * p[n];
            }
        }
    }

    /// <summary>
    /// The changes (d lambda, d B) that maximise <c>Re(conj(r) d) - (rho / 2) d^* G d</c> for each state by itself, with the pole kept
    /// within its radius. The <paramref name="ridge"/> times the trace of G is added to its diagonal.
    /// </summary>
    public (Complex[] Lambda, Complex[,] B, bool[] Projected) Step(
        Complex[] lambda, Complex[,] b, double[] rho, double[] radii, double ridge = 0)
    {
        int states = lambda.Length, inputs = Inputs.GetLength(0);
        var (poles, matrix, projected) = ((Complex[])lambda.Clone(), (Complex[,])b.Clone(), new bool[states]);
        for (int n = 0; n < states; n++)
        {
            double extra = ridge * (A[n] + Inputs.Trace());
            var inverse = Inputs.Plus(Dense.Identity(inputs, extra)).Inverse();
            Complex[] z = Multiply(inverse, Q, n), v = Multiply(inverse, RU, n);
            Complex qv = 0, qz = 0;
            for (int h = 0; h < inputs; h++)
                (qv, qz) = (qv + Complex.Conjugate(Q[n, h]) * v[h], qz + Complex.Conjugate(Q[n, h]) * z[h]);
            Complex change = (RLambda[n] - qv) / (rho[n] * (A[n] + extra - qz.Real));
            if ((lambda[n] + change).Magnitude > radii[n])
            {
                projected[n] = true;
                change = radii[n] * (lambda[n] + change) / (lambda[n] + change).Magnitude - lambda[n];
            }
            poles[n] += change;
            for (int h = 0; h < inputs; h++)
                matrix[n, h] += v[h] / rho[n] - z[h] * change;
        }
        return (poles, matrix, projected);
    }

    /// <summary><c>d^* G d</c> of the change of one state.</summary>
    public double Norm(int n, Complex lambda, Func<int, Complex> b)
    {
        double sum = A[n] * lambda.Magnitude * lambda.Magnitude;
        for (int h = 0; h < Inputs.GetLength(0); h++)
        {
            // 2 Re(conj(d lambda) q^* d B) belongs to sum |d lambda x + d B u|^2.
            sum += 2 * (Complex.Conjugate(lambda) * Complex.Conjugate(Q[n, h]) * b(h)).Real;
            for (int k = 0; k < Inputs.GetLength(0); k++)
                sum += (Complex.Conjugate(b(h)) * Inputs[h, k] * b(k)).Real;
        }
        return sum;
    }

    private static Complex[] Multiply(double[,] matrix, Complex[,] rows, int n)
    {
        var product = new Complex[matrix.GetLength(0)];
        for (int h = 0; h < product.Length; h++)
            for (int k = 0; k < product.Length; k++)
                product[h] += matrix[h, k] * rows[n, k];
        return product;
    }
}
