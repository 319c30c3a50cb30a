using Microsoft.ML;
using Microsoft.ML.StateSpace;

// By these ML.NET's loader finds, under the name written in a model file, the type whose private method Create(IHostEnvironment, ModelLoadContext) reads it.
[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", SequenceClassificationTransformer.LoaderName)]
[assembly: LoadableClass(
    typeof(ITransformer), typeof(BinarySequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", BinarySequenceClassificationTransformer.LoaderName)]
[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceToSequenceTransformer), null,
    typeof(SignatureLoadModel), "", SequenceToSequenceTransformer.LoaderName)]
