// Mirrors the arithmetic of two and three operands of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Scalar scalar) => Op("add.Scalar", this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Op("add.Scalar", this, scalar, alpha);
        public Tensor add(Tensor target) => Op("add.Tensor", this, target);
        public Tensor add(Tensor target, Scalar alpha) => Op("add.Tensor", this, target, alpha);
        public Tensor add_(Scalar scalar) => OpOn("add_.Scalar", this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => OpOn("add_.Scalar", this, scalar, alpha);
        public Tensor add_(Tensor target) => OpOn("add_.Tensor", this, target);
        public Tensor add_(Tensor target, Scalar alpha) => OpOn("add_.Tensor", this, target, alpha);

        public Tensor sub(Scalar target) => Op("sub.Scalar", this, target);
        public Tensor sub(Tensor target) => Op("sub.Tensor", this, target);
        public Tensor sub_(Scalar target) => OpOn("sub_.Scalar", this, target);
        public Tensor sub_(Tensor target) => OpOn("sub_.Tensor", this, target);

        public Tensor subtract(Scalar target) => sub(target);
        public Tensor subtract(Tensor target) => sub(target);
        public Tensor subtract_(Scalar target) => sub_(target);
        public Tensor subtract_(Tensor target) => sub_(target);

        public Tensor mul(Scalar target) => Op("mul.Scalar", this, target);
        public Tensor mul(Tensor target) => Op("mul.Tensor", this, target);
        public Tensor mul_(Scalar target) => OpOn("mul_.Scalar", this, target);
        public Tensor mul_(Tensor target) => OpOn("mul_.Tensor", this, target);

        public Tensor multiply(Scalar target) => mul(target);
        public Tensor multiply(Tensor target) => mul(target);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Op("div.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Op("div.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            OpOn("div_.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            OpOn("div_.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor true_divide(Scalar other) => div(other);
        public Tensor true_divide(Tensor other) => div(other);
        public Tensor true_divide_(Scalar other) => div_(other);
        public Tensor true_divide_(Tensor other) => div_(other);

        public Tensor pow(Scalar exponent) => Op("pow.Tensor_Scalar", this, exponent);
        public Tensor pow(Tensor exponent) => Op("pow.Tensor_Tensor", this, exponent);
        public Tensor pow_(Scalar exponent) => OpOn("pow_.Scalar", this, exponent);
        public Tensor pow_(Tensor exponent) => OpOn("pow_.Tensor", this, exponent);

        public Tensor fmod(Scalar scalar) => Op("fmod.Scalar", this, scalar);
        public Tensor fmod(Tensor target) => Op("fmod.Tensor", this, target);
        public Tensor fmod_(Scalar scalar) => OpOn("fmod_.Scalar", this, scalar);
        public Tensor fmod_(Tensor target) => OpOn("fmod_.Tensor", this, target);

        public Tensor remainder(Scalar scalar) => Op("remainder.Scalar", this, scalar);
        public Tensor remainder(Tensor target) => Op("remainder.Tensor", this, target);
        public Tensor remainder_(Scalar scalar) => OpOn("remainder_.Scalar", this, scalar);
        public Tensor remainder_(Tensor target) => OpOn("remainder_.Tensor", this, target);

        public Tensor floor_divide(Scalar other) => Op("floor_divide.Scalar", this, other);
        public Tensor floor_divide(Tensor other) => Op("floor_divide", this, other);
        public Tensor floor_divide_(Scalar other) => OpOn("floor_divide_.Scalar", this, other);
        public Tensor floor_divide_(Tensor other) => OpOn("floor_divide_.Tensor", this, other);

        public Tensor maximum(Tensor other) => Op("maximum", this, other);

        public Tensor minimum(Tensor other) => Op("minimum", this, other);

        public Tensor fmax(Tensor other) => Op("fmax", this, other);

        public Tensor fmin(Tensor other) => Op("fmin", this, other);

        public Tensor max(Tensor other) => Op("max.other", this, other);

        public Tensor min(Tensor other) => Op("min.other", this, other);

        public Tensor atan2(Tensor other) => Op("atan2", this, other);
        public Tensor atan2_(Tensor other) => OpOn("atan2_", this, other);

        public Tensor hypot(Tensor other) => Op("hypot", this, other);

        public Tensor lerp(Tensor end, Tensor weight) => Op("lerp.Tensor", this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => OpOn("lerp_.Tensor", this, end, weight);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Op("addcmul", this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => OpOn("addcmul_", this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Op("addcdiv", this, tensor1, tensor2);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Op("addcdiv", this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => OpOn("addcdiv_", this, tensor1, tensor2);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => OpOn("addcdiv_", this, tensor1, tensor2, value);

        public Tensor xlogy(Scalar y) => Op("xlogy.Scalar_Other", this, y);
        public Tensor xlogy(Tensor y) => Op("xlogy.Tensor", this, y);
        public Tensor xlogy_(Scalar y) => OpOn("xlogy_.Scalar_Other", this, y);
        public Tensor xlogy_(Tensor y) => OpOn("xlogy_.Tensor", this, y);

        public Tensor logaddexp(Tensor other) => Op("logaddexp", this, other);

        public Tensor copysign(Tensor other) => Op("copysign.Tensor", this, other);

        public Tensor clamp(Scalar min = null, Scalar max = null) => Op("clamp", this, min, max);
        public Tensor clamp(Tensor min = null, Tensor max = null) => Op("clamp.Tensor", this, min, max);
        public Tensor clamp_(Scalar min = null, Scalar max = null) => OpOn("clamp_", this, min, max);
        public Tensor clamp_(Tensor min = null, Tensor max = null) => OpOn("clamp_.Tensor", this, min, max);

        public Tensor clamp_min(Scalar min) => Op("clamp_min", this, min);
        public Tensor clamp_min_(Scalar min) => OpOn("clamp_min_", this, min);

        public Tensor clamp_max(Scalar max) => Op("clamp_max", this, max);
        public Tensor clamp_max_(Scalar max) => OpOn("clamp_max_", this, max);

        public Tensor clip(Scalar min = null, Scalar max = null) => clamp(min, max);

        public Tensor float_power(Tensor target) => Op("float_power.Tensor_Tensor", this, target);

        public Tensor heaviside(Tensor other) => Op("heaviside", this, other);
    }
}
