using Microsoft.ML;
using Microsoft.ML.StateSpace;

// From these registrations ML.NET's loader learns which type reads a model with a given loader name. It then calls the type's private
// method Create(IHostEnvironment, ModelLoadContext).
[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", SequenceClassificationTransformer.LoaderName)]
[assembly: LoadableClass(
    typeof(ITransformer), typeof(BinarySequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", BinarySequenceClassificationTransformer.LoaderName)]
[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceToSequenceTransformer), null,
    typeof(SignatureLoadModel), "", SequenceToSequenceTransformer.LoaderName)]
