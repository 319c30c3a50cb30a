"""S4D (Gu, Gupta, Goel, Re, "On the Parameterization and Initialization of Diagonal State Space Models", 2022, arXiv:2206.11893), in the
names of the small S4D module and the model of the example in state-spaces/s4 (s4d.safetensors), and in those of that repository's S4Block
(s4d_block.safetensors), whose poles are conjugate and whose B is no 1."""
import math

import numpy as np

from functions import Tensors, layer_norm, means_so_far, save, sigmoid, softmax

INPUTS, WIDTH, STATES, CLASSES, LENGTH, LAYERS = 2, 6, 4, 3, 11, 2

erf = np.vectorize(math.erf)


def gelu(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def block(u, rate, step, b, c, d, weight, bias):
    """A convolution of each channel with its kernel K_l = 2 Re(C (exp(dt A) - 1) / A B exp(l dt A)), then a gated linear unit."""
    factor = c * b * (np.exp(rate * step[:, None]) - 1) / rate
    kernel = np.array([2 * (factor * np.exp(lag * step[:, None] * rate)).sum(1).real for lag in range(len(u))])
    y = np.array([sum(kernel[lag] * u[t - lag] for lag in range(t + 1)) for t in range(len(u))]) + d * u
    z = gelu(y) @ weight.T + bias
    return z[:, : z.shape[1] // 2] * sigmoid(z[:, z.shape[1] // 2 :])


def ends(t):
    t.draw("encoder.weight", (WIDTH, INPUTS), -1, 1).draw("encoder.bias", (WIDTH,), -0.5, 0.5)
    t.draw("decoder.weight", (CLASSES, WIDTH), -1, 1).draw("decoder.bias", (CLASSES,), -0.5, 0.5)
    for i in range(LAYERS):
        t.draw(f"norms.{i}.weight", (WIDTH,), 0.5, 1.5).draw(f"norms.{i}.bias", (WIDTH,), -0.3, 0.3)


def forward(t, x, layer, pre_norm):
    h = x @ t.of("encoder.weight").T + t.of("encoder.bias")
    for i in range(LAYERS):
        def norm(u):
            return layer_norm(u, t.of(f"norms.{i}.weight"), t.of(f"norms.{i}.bias"), 1e-5)

        h = h + layer(i, norm(h)) if pre_norm else norm(h + layer(i, h))
    return softmax(means_so_far(h) @ t.of("decoder.weight").T + t.of("decoder.bias"))


def small():
    t = Tensors(4)
    ends(t)
    for i in range(LAYERS):
        s = f"s4_layers.{i}."
        t.draw(s + "D", (WIDTH,), -1, 1).draw(s + "kernel.C", (WIDTH, STATES, 2), -1, 1)
        t.draw(s + "kernel.log_dt", (WIDTH,), -4, -1).draw(s + "kernel.log_A_real", (WIDTH, STATES), -1.5, 0)
        t.draw(s + "kernel.A_imag", (WIDTH, STATES), 0, 9)
        t.draw(s + "output_linear.0.weight", (2 * WIDTH, WIDTH, 1), -0.5, 0.5).draw(s + "output_linear.0.bias", (2 * WIDTH,), -0.5, 0.5)

    def layer(i, u):
        def at(name):
            return t.of(f"s4_layers.{i}.{name}")

        c = at("kernel.C")[..., 0] + 1j * at("kernel.C")[..., 1]
        rate = -np.exp(at("kernel.log_A_real")) + 1j * at("kernel.A_imag")
        return block(
            u, rate, np.exp(at("kernel.log_dt")), 1, c, at("D"), at("output_linear.0.weight")[:, :, 0], at("output_linear.0.bias"))

    x = t.sequence(LENGTH, INPUTS)
    save("s4d", __doc__, t, input=x, output=forward(t, x, layer, pre_norm=False))


def full():
    t = Tensors(5)
    ends(t)
    for i in range(LAYERS):
        s = f"s4_layers.{i}."
        t.draw(s + "layer.D", (1, WIDTH), -1, 1).draw(s + "layer.kernel.C", (1, WIDTH, STATES, 2), -1, 1)
        t.draw(s + "layer.kernel.B", (1, WIDTH, STATES, 2), -1, 1)
        t.draw(s + "layer.kernel.inv_dt", (WIDTH, 1), -4, -1).draw(s + "layer.kernel.A_real", (WIDTH, STATES), -1.5, 0)
        t.draw(s + "layer.kernel.A_imag", (WIDTH, STATES), 0, 9)
        t.draw(s + "output_linear.0.weight", (2 * WIDTH, WIDTH), -0.5, 0.5).draw(s + "output_linear.0.bias", (2 * WIDTH,), -0.5, 0.5)

    def layer(i, u):
        def at(name):
            return t.of(f"s4_layers.{i}.{name}")

        def complex_of(name):
            return at(name)[0, ..., 0] + 1j * at(name)[0, ..., 1]

        rate = -np.exp(at("layer.kernel.A_real")) - 1j * at("layer.kernel.A_imag")
        return block(
            u, rate, np.exp(at("layer.kernel.inv_dt")[:, 0]), complex_of("layer.kernel.B"), complex_of("layer.kernel.C"),
            at("layer.D")[0], at("output_linear.0.weight"), at("output_linear.0.bias"))

    x = t.sequence(LENGTH, INPUTS)
    save("s4d_block", __doc__, t, input=x, output=forward(t, x, layer, pre_norm=True))


small()
full()
