using BenchmarkDotNet.Running;

// dotnet run -c Release --project test/Microsoft.ML.StateSpace.Benchmarks -- --filter '*Gemm*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
