// Mirrors the comparisons and logic of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Scalar target) => Op("eq.Scalar", this, target);
        public Tensor eq(Tensor target) => Op("eq.Tensor", this, target);
        public Tensor eq_(Scalar target) => OpOn("eq_.Scalar", this, target);
        public Tensor eq_(Tensor target) => OpOn("eq_.Tensor", this, target);

        public Tensor ne(Scalar target) => Op("ne.Scalar", this, target);
        public Tensor ne(Tensor target) => Op("ne.Tensor", this, target);
        public Tensor ne_(Scalar target) => OpOn("ne_.Scalar", this, target);
        public Tensor ne_(Tensor target) => OpOn("ne_.Tensor", this, target);

        public Tensor lt(Scalar target) => Op("lt.Scalar", this, target);
        public Tensor lt(Tensor target) => Op("lt.Tensor", this, target);
        public Tensor lt_(Scalar target) => OpOn("lt_.Scalar", this, target);
        public Tensor lt_(Tensor target) => OpOn("lt_.Tensor", this, target);

        public Tensor le(Scalar target) => Op("le.Scalar", this, target);
        public Tensor le(Tensor target) => Op("le.Tensor", this, target);
        public Tensor le_(Scalar target) => OpOn("le_.Scalar", this, target);
        public Tensor le_(Tensor target) => OpOn("le_.Tensor", this, target);

        public Tensor gt(Scalar target) => Op("gt.Scalar", this, target);
        public Tensor gt(Tensor target) => Op("gt.Tensor", this, target);
        public Tensor gt_(Scalar target) => OpOn("gt_.Scalar", this, target);
        public Tensor gt_(Tensor target) => OpOn("gt_.Tensor", this, target);

        public Tensor ge(Scalar target) => Op("ge.Scalar", this, target);
        public Tensor ge(Tensor target) => Op("ge.Tensor", this, target);
        public Tensor ge_(Scalar target) => OpOn("ge_.Scalar", this, target);
        public Tensor ge_(Tensor target) => OpOn("ge_.Tensor", this, target);

        public Tensor greater(Tensor target) => gt(target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor less(Tensor target) => lt(target);

        public Tensor less_equal(Tensor target) => le(target);
        public Tensor less_equal_(Tensor target) => le_(target);

        public Tensor not_equal(Tensor target) => ne(target);
        public Tensor not_equal_(Tensor target) => ne_(target);

        public Tensor equal(Tensor target) => eq(target);

        public Tensor logical_and(Tensor other) => Op("logical_and", this, other);
        public Tensor logical_and_(Tensor other) => OpOn("logical_and_", this, other);

        public Tensor logical_or(Tensor other) => Op("logical_or", this, other);
        public Tensor logical_or_(Tensor other) => OpOn("logical_or_", this, other);

        public Tensor logical_xor(Tensor other) => Op("logical_xor", this, other);
        public Tensor logical_xor_(Tensor other) => OpOn("logical_xor_", this, other);

        public Tensor logical_not() => Op("logical_not", this);
        public Tensor logical_not_() => OpOn("logical_not_", this);

        public Tensor bitwise_and(Tensor other) => Op("bitwise_and.Tensor", this, other);
        public Tensor bitwise_and_(Tensor other) => OpOn("bitwise_and_.Tensor", this, other);

        public Tensor bitwise_or(Tensor other) => Op("bitwise_or.Tensor", this, other);
        public Tensor bitwise_or_(Tensor other) => OpOn("bitwise_or_.Tensor", this, other);

        public Tensor bitwise_xor(Tensor other) => Op("bitwise_xor.Tensor", this, other);
        public Tensor bitwise_xor_(Tensor other) => OpOn("bitwise_xor_.Tensor", this, other);

        public Tensor bitwise_not() => Op("bitwise_not", this);
        public Tensor bitwise_not_() => OpOn("bitwise_not_", this);

        public Tensor isfinite() => Op("isfinite", this);

        public Tensor isinf() => Op("isinf", this);

        public Tensor isnan() => Op("isnan", this);

        public Tensor isposinf() => Op("isposinf", this);

        public Tensor isneginf() => Op("isneginf", this);

        public Tensor isreal() => Op("isreal", this);

        public Tensor isclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool nanEqual = false) =>
            Op("isclose", this, other, rtol, atol, nanEqual);

        public Tensor where(Tensor condition, Tensor y) => Op("where.self", condition, this, y);
    }
}
