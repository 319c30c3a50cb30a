// Mirrors the copies and fillings of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone() => Op("clone", this);

        public Tensor detach() => Op("detach", this);
        public Tensor detach_() => OpOn("detach_", this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => OpOn("copy_", this, source, nonBlocking);

        // Through "out", as there: it cannot be part of a recorded graph.
        public Tensor zero_() => Op("zeros.out", shape, this);

        public Tensor fill_(Scalar value) => OpOn("fill_.Scalar", this, value);

        public Tensor set_(Tensor source) => OpOn("set_.source_Tensor", this, source);

        public Tensor normal_(double mean = 0, double std = 1, Generator generator = null) => OpOn("normal_", this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator generator = null) => OpOn("uniform_", this, from, to, generator);

        public Tensor bernoulli_(Tensor p, Generator generator = null) => OpOn("bernoulli_.Tensor", this, p, generator);
        public Tensor bernoulli_(double p = 0.5, Generator generator = null) => OpOn("bernoulli_.float", this, p, generator);
        public Tensor bernoulli(Generator generator = null) => Op("bernoulli", this, generator);

        public Tensor exponential_(double lambda = 1, Generator generator = null) => OpOn("exponential_", this, lambda, generator);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator generator = null) =>
            Op("multinomial", this, num_samples, replacement, generator);

        public Tensor random_(double from, double to, Generator generator = null) => OpOn("random_.from", this, (long)from, (long)to, generator);
    }
}
