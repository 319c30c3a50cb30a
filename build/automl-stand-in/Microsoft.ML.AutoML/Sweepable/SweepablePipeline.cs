// Mirrors Microsoft.ML.AutoML.SweepablePipeline (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.AutoML;

public class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    private const string SchemaOption = "_SCHEMA_";
    private readonly Schema _schema;

    internal SweepablePipeline()
    {
    }

    private SweepablePipeline(Dictionary<string, SweepableEstimator> estimators, Schema schema)
    {
        Estimators = estimators;
        _schema = schema;
    }

    public Dictionary<string, SweepableEstimator> Estimators { get; } = [];

    public SearchSpace.SearchSpace SearchSpace
    {
        get
        {
            var space = new SearchSpace.SearchSpace();
            foreach (var (key, estimator) in Estimators)
                space.Add(key, estimator.SearchSpace);
            space.Add(SchemaOption, new ChoiceOption([.. _schema.Terms.Select(term => string.Join(" * ", term))]));
            return space;
        }
    }

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        var chain = new EstimatorChain<ITransformer>();
        foreach (string key in KeysOf(parameter))
            chain = chain.Append(Estimators[key].BuildFromOption(context, parameter[key]));
        return chain;
    }

    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        var estimators = new Dictionary<string, SweepableEstimator>(Estimators);
        string Add(SweepableEstimator estimator)
        {
            string key = $"e{estimators.Count}";
            estimators[key] = estimator;
            return key;
        }
        Schema alternatives = null;
        foreach (var sweepable in sweepables)
        {
            Schema schema = sweepable switch
            {
                SweepableEstimator estimator => new Schema.Leaf(Add(estimator)),
                SweepablePipeline pipeline => pipeline._schema.Rename(key => Add(pipeline.Estimators[key])),
                _ => null,
            };
            alternatives = alternatives is null || schema is null ? alternatives ?? schema : new Schema.Sum(alternatives, schema);
        }
        return new(estimators, _schema is null ? alternatives : new Schema.Product(_schema, alternatives));
    }

    // The original has names for the estimators that it brings itself. To it all others are of an unknown type.
    public string ToString(Parameter parameter)
        => parameter.TryGetValue(AutoMLExperiment.PipelineSearchSpaceName, out var own)
            ? string.Join("=>", KeysOf(own).Select(_ => "Unknown"))
            : string.Empty;

    private static string[] KeysOf(Parameter parameter) => parameter[SchemaOption].AsType<string>().Split(" * ");
}
