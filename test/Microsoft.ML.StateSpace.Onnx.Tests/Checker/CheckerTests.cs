using System.Globalization;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Tests.Face;
using Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Checker;

/// <summary>What ONNX's own checker says of the files.</summary>
public sealed class CheckerTests
{
    [PythonFact]
    public void Checker_AcceptsEveryModelInBothForms()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            List<string> names = [], unwritten = [];
            void Write(string name, OnnxForm form, Action<Stream> write)
            {
                using var bytes = new MemoryStream();
                try
                {
                    write(bytes);
                }
                catch (NotSupportedException error)
                {
                    unwritten.Add($"{name}, {form}: {error.Message}");
                    return;
                }
                File.WriteAllBytes(Path.Combine(folder, $"{names.Count:D4}.onnx"), bytes.ToArray());
                names.Add($"{name}, {form}");
            }

            foreach (string name in Of(TrainedCases.Names).Concat(Of(ModelCases.PairNames)))
                Write(name, OnnxForm.Sequences, file => file.Write(Export(name, OnnxForm.Sequences)));
            foreach (string name in Of(TrainedCases.CausalNames))
                Write(name, OnnxForm.Step, file => file.Write(Export(name, OnnxForm.Step)));
            foreach (string name in Of(FaceCases.Names))
                Write(name, OnnxForm.Sequences, file => FaceCases.Create(name).Step.SaveAsOnnx(file));
            foreach (string name in Of(FaceCases.StepNames))
                Write(name, OnnxForm.Step, file => FaceCases.Create(name).Step.SaveAsOnnx(file, new() { Form = OnnxForm.Step }));
            foreach (var form in Enum.GetValues<OnnxForm>())
            {
                foreach (string name in Of(SeriesCases.Names))
                    Write(name, form, file => SeriesCases.Create(name).Model.SaveAsOnnx(file, new() { Form = form }));
                foreach (string name in Of(AnomalyLaws.Names))
                    Write(name, form, file => AnomalyLaws.Fit(name).SaveAsOnnx(file, new() { Form = form }));
            }

            var refusals = OnnxChecker.Refusals(folder).Select(line => Named(line, names));
            string.Join('\n', [.. unwritten, .. refusals]).Should().BeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // "FOLDER/0012.onnx reason", with the name of the twelfth model.
    private static string Named(string line, List<string> names)
    {
        string file = Path.GetFileName(line.Split(".onnx")[0]);
        return names[int.Parse(file, CultureInfo.InvariantCulture)] + line[(line.IndexOf(".onnx", StringComparison.Ordinal) + 5)..];
    }

    private static ReadOnlySpan<byte> Export(string name, OnnxForm form)
        => ModelExport.Create(OnnxCase.ModelOf(name), new OnnxExportOptions { Form = form }).ToMemory().Span;

    private static IEnumerable<string> Of(IEnumerable<object[]> rows) => rows.Select(row => (string)row[0]);
}
