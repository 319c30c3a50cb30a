/// What a user of F# writes: a pipeline, a model that is saved and loaded, and an answer while data arrive.
module Microsoft.ML.StateSpace.FSharp.Program

open System
open System.IO
open Microsoft.ML
open Microsoft.ML.Data
open Microsoft.ML.StateSpace

[<CLIMutable>]
type Series =
    { [<VectorType(8)>]
      Features: float32[]
      Label: string }

[<CLIMutable>]
type Answer = { Answer: string; Score: float32[] }

/// Rising and falling lines.
let private rows =
    [ for i in 0..11 do
          let slope = if i % 2 = 0 then 1f else -1f

          { Features = Array.init 8 (fun t -> slope * float32 (t + i))
            Label = if slope > 0f then "rising" else "falling" } ]

/// Fits, saves, loads, and returns the accuracy of the loaded model.
let fitSaveLoad () =
    let mlContext = MLContext(seed = 1)
    let data = mlContext.Data.LoadFromEnumerable rows

    let options =
        SequenceClassificationOptions(
            Architecture = S5Options(Layers = 1, ModelSize = 8, StateSize = 4),
            Training = TrainingOptions(Epochs = 30, LearningRate = 0.02, ValidationFraction = 0.0)
        )

    let pipeline =
        EstimatorChain()
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append(mlContext.Transforms.StateSpaceCatalog().SequenceClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))

    use file = new MemoryStream()
    mlContext.Model.Save(pipeline.Fit data, data.Schema, file)
    file.Position <- 0L
    let model, schema = MLContext().Model.Load file
    use engine = mlContext.Model.CreatePredictionEngine<Series, Answer>(model, schema)
    rows |> List.averageBy (fun row -> if (engine.Predict row).Answer = row.Label then 1.0 else 0.0)

/// Learns a running sum and answers step by step.
let stream () =
    let mlContext = MLContext(seed = 1)

    let signals =
        [ for i in 0..7 ->
              {| Input = Array.init 8 (fun t -> float32 ((i + t) % 3))
                 Target = Array.init 8 (fun t -> float32 t) |} ]

    let data = mlContext.Data.LoadFromEnumerable signals

    let estimator =
        mlContext.Transforms
            .StateSpaceCatalog()
            .SequenceToSequence(architecture = S5Options(Layers = 1, ModelSize = 8, StateSize = 4), epochs = 2)

    let engine = (estimator.Fit data).CreateStreamingEngine()
    let answer = engine.Step(ReadOnlySpan [| 1f |])
    answer[0]
