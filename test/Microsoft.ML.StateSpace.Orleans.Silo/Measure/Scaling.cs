namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>Two silos beside one, with all processors of this machine and with one each.</summary>
internal static class Scaling
{
    public static async Task Measure(Workplace workplace)
    {
        foreach (int processors in new[] { 0, 1 })
            foreach (int silos in new[] { 1, 2 })
            {
                // States are not kept, so that the database is not what is measured.
                await using var cluster = await SiloCluster.Start(
                    silos, workplace.Settings() with { Processors = processors, KeepEverySteps = int.MaxValue });
                double single = await Throughput.Of(cluster, 200, 1), many = await Throughput.Of(cluster, 200, 100);
                string has = processors == 0 ? "all processors" : "one processor each";
                Console.WriteLine($"  {silos} silo(s), {has}: {single:N0} steps/s by Step, {many:N0} steps/s by StepMany of 100");
            }
    }
}
