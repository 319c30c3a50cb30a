// Mirrors Microsoft.ML.Data.EstimatorChain<TLastTransformer> (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IHost _host;
    private readonly IEstimator<ITransformer>[] _estimators;
    private readonly TransformerScope[] _scopes;
    private readonly bool[] _cacheAfter;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain()
        : this(null, [], [], [])
    {
    }

    private EstimatorChain(IHost host, IEstimator<ITransformer>[] estimators, TransformerScope[] scopes, bool[] cacheAfter)
    {
        _host = host;
        _estimators = estimators;
        _scopes = scopes;
        _cacheAfter = cacheAfter;
        LastEstimator = estimators.LastOrDefault() as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // The whole chain is checked before the first step is fitted.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var fitted = new ITransformer[_estimators.Length];
        var view = input;
        for (int i = 0; i < _estimators.Length; i++)
        {
            fitted[i] = _estimators[i].Fit(view);
            view = fitted[i].Transform(view);
            if (_cacheAfter[i] && i < _estimators.Length - 1)
                view = CacheDataView.Create(_host, view, []);
        }
        return new(fitted, _scopes);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _estimators.Aggregate(inputSchema, (shape, e) => e.GetOutputSchema(shape));
    }

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new(_host, [.. _estimators, estimator], [.. _scopes, scope], [.. _cacheAfter, false]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        if (_estimators.Length == 0 || _cacheAfter[^1])
            return this;
        return new(_host ?? env.Register("EstimatorChain"), _estimators, _scopes, [.. _cacheAfter[..^1], true]);
    }
}
