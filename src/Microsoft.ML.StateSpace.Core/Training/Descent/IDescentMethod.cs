namespace Microsoft.ML.StateSpace.Training;

/// <summary>A method of descent. It keeps what it needs from one iteration to the next, and nothing of the accepted point.</summary>
internal interface IDescentMethod
{
    /// <summary>
    /// Goes from the accepted point to the next one, and returns what was done; <see langword="null"/> where no step lowers the objective:
    /// then the point stays.
    /// </summary>
    /// <exception cref="OperationCanceledException">Training was cancelled; the point stays, and so does what the method keeps.</exception>
    DescentIteration? Iterate(DescentPoint point);

    /// <summary>What the next iteration depends on, beside the accepted point.</summary>
    double[] Save();

    /// <summary>Continues from what <see cref="Save"/> has returned.</summary>
    /// <exception cref="InvalidDataException">The numbers are none of this method.</exception>
    void Load(double[] state);
}
