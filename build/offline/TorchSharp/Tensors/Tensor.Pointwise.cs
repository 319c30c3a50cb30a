// Mirrors the functions of one number of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Op("abs", this);
        public Tensor abs_() => OpOn("abs_", this);

        public Tensor absolute() => Op("absolute", this);
        public Tensor absolute_() => OpOn("absolute_", this);

        public Tensor acos() => Op("acos", this);
        public Tensor acos_() => OpOn("acos_", this);

        public Tensor acosh() => Op("acosh", this);
        public Tensor acosh_() => OpOn("acosh_", this);

        public Tensor asin() => Op("asin", this);
        public Tensor asin_() => OpOn("asin_", this);

        public Tensor asinh() => Op("asinh", this);
        public Tensor asinh_() => OpOn("asinh_", this);

        public Tensor atan() => Op("atan", this);
        public Tensor atan_() => OpOn("atan_", this);

        public Tensor atanh() => Op("atanh", this);
        public Tensor atanh_() => OpOn("atanh_", this);

        public Tensor ceil() => Op("ceil", this);
        public Tensor ceil_() => OpOn("ceil_", this);

        public Tensor cos() => Op("cos", this);
        public Tensor cos_() => OpOn("cos_", this);

        public Tensor cosh() => Op("cosh", this);
        public Tensor cosh_() => OpOn("cosh_", this);

        public Tensor digamma() => Op("digamma", this);
        public Tensor digamma_() => OpOn("digamma_", this);

        public Tensor erf() => Op("erf", this);
        public Tensor erf_() => OpOn("erf_", this);

        public Tensor erfc() => Op("erfc", this);
        public Tensor erfc_() => OpOn("erfc_", this);

        public Tensor erfinv() => Op("erfinv", this);
        public Tensor erfinv_() => OpOn("erfinv_", this);

        public Tensor exp() => Op("exp", this);
        public Tensor exp_() => OpOn("exp_", this);

        public Tensor exp2() => Op("exp2", this);

        public Tensor expm1() => Op("expm1", this);
        public Tensor expm1_() => OpOn("expm1_", this);

        public Tensor floor() => Op("floor", this);
        public Tensor floor_() => OpOn("floor_", this);

        public Tensor frac() => Op("frac", this);
        public Tensor frac_() => OpOn("frac_", this);

        public Tensor lgamma() => Op("lgamma", this);
        public Tensor lgamma_() => OpOn("lgamma_", this);

        public Tensor log() => Op("log", this);
        public Tensor log_() => OpOn("log_", this);

        public Tensor log10() => Op("log10", this);
        public Tensor log10_() => OpOn("log10_", this);

        public Tensor log1p() => Op("log1p", this);
        public Tensor log1p_() => OpOn("log1p_", this);

        public Tensor log2() => Op("log2", this);
        public Tensor log2_() => OpOn("log2_", this);

        public Tensor neg() => Op("neg", this);
        public Tensor neg_() => OpOn("neg_", this);

        public Tensor negative() => Op("negative", this);

        public Tensor positive() => Op("positive", this);

        public Tensor reciprocal() => Op("reciprocal", this);
        public Tensor reciprocal_() => OpOn("reciprocal_", this);

        public Tensor round(long decimals = 0) => Op("round.decimals", this, decimals);
        public Tensor round_(long decimals = 0) => OpOn("round_.decimals", this, decimals);

        public Tensor rsqrt() => Op("rsqrt", this);
        public Tensor rsqrt_() => OpOn("rsqrt_", this);

        public Tensor sigmoid() => Op("sigmoid", this);
        public Tensor sigmoid_() => OpOn("sigmoid_", this);

        public Tensor sign() => Op("sign", this);
        public Tensor sign_() => OpOn("sign_", this);

        public Tensor sgn() => Op("sgn", this);
        public Tensor sgn_() => OpOn("sgn_", this);

        public Tensor sin() => Op("sin", this);
        public Tensor sin_() => OpOn("sin_", this);

        public Tensor sinc() => Op("sinc", this);
        public Tensor sinc_() => OpOn("sinc_", this);

        public Tensor sinh() => Op("sinh", this);
        public Tensor sinh_() => OpOn("sinh_", this);

        public Tensor sqrt() => Op("sqrt", this);
        public Tensor sqrt_() => OpOn("sqrt_", this);

        public Tensor square() => Op("square", this);

        public Tensor tan() => Op("tan", this);
        public Tensor tan_() => OpOn("tan_", this);

        public Tensor tanh() => Op("tanh", this);
        public Tensor tanh_() => OpOn("tanh_", this);

        public Tensor trunc() => Op("trunc", this);
        public Tensor trunc_() => OpOn("trunc_", this);
    }
}
