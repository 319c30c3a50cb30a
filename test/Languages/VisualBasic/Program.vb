Imports System.IO
Imports System.Linq
Imports Microsoft.ML
Imports Microsoft.ML.Data
Imports Microsoft.ML.StateSpace

Namespace Microsoft.ML.StateSpace.VisualBasic

    ''' <summary>
    ''' What a user of Visual Basic writes: a pipeline, a model that is saved and loaded, and an answer while data arrive.
    ''' </summary>
    Public Module Program

        ''' <summary>Fits, saves, loads, and returns the accuracy of the loaded model.</summary>
        Public Function FitSaveLoad() As Double
            Dim mlContext As New MLContext(seed:=1)
            Dim rows = Enumerable.Range(0, 12).Select(AddressOf Line).ToList()
            Dim data = mlContext.Data.LoadFromEnumerable(rows)

            Dim options As New SequenceClassificationOptions With {
                .Architecture = New S5Options With {.Layers = 1, .ModelSize = 8, .StateSize = 4},
                .Training = New TrainingOptions With {.Epochs = 30, .LearningRate = 0.02, .ValidationFraction = 0}
            }
            Dim pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").
                Append(mlContext.Transforms.StateSpaceCatalog().SequenceClassification(options)).
                Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))

            Using file As New MemoryStream()
                mlContext.Model.Save(pipeline.Fit(data), data.Schema, file)
                file.Position = 0
                Dim schema As DataViewSchema = Nothing
                Dim model = New MLContext().Model.Load(file, schema)
                Using engine = mlContext.Model.CreatePredictionEngine(Of Series, Answer)(model, schema)
                    Return rows.Average(Function(row) If(engine.Predict(row).Answer = row.Label, 1.0, 0.0))
                End Using
            End Using
        End Function

        ''' <summary>Answers step by step. Visual Basic cannot look into a span, so the answer is copied.</summary>
        Public Function Stream() As Single
            Dim mlContext As New MLContext(seed:=1)
            Dim data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(
                Function(i) New Signal With {.Input = {i, i + 1, 2}, .Target = {1, 2, 3}}))
            Dim estimator = mlContext.Transforms.StateSpaceCatalog().SequenceToSequence(
                architecture:=New S5Options With {.Layers = 1, .ModelSize = 8, .StateSize = 4}, epochs:=2)
            Return estimator.Fit(data).CreateStreamingEngine().Step({1.0F}).ToArray()(0)
        End Function

        ' A rising or a falling line.
        Private Function Line(i As Integer) As Series
            Dim slope = If(i Mod 2 = 0, 1, -1)
            Return New Series With {
                .Features = Enumerable.Range(0, 8).Select(Function(t) CSng(slope * (t + i))).ToArray(),
                .Label = If(slope > 0, "rising", "falling")
            }
        End Function

    End Module

    Public Class Series
        <VectorType(8)>
        Public Property Features As Single()
        Public Property Label As String
    End Class

    Public Class Signal
        Public Property Input As Single()
        Public Property Target As Single()
    End Class

    Public Class Answer
        Public Property Answer As String
        Public Property Score As Single()
    End Class

End Namespace
