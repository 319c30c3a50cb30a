"""The linear recurrent unit (Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", 2023, arXiv:2303.06349), in the
names of minimal-LRU. Writes lru.safetensors: post norm, an answer a time step."""
import numpy as np

from functions import Tensors, gelu_tanh, layer_norm, save, sigmoid, softmax

INPUTS, WIDTH, STATES, CLASSES, LENGTH, LAYERS = 2, 6, 5, 3, 11, 2


def main():
    t = Tensors(3)
    t.draw("params/encoder/encoder/kernel", (INPUTS, WIDTH), -1, 1).draw("params/encoder/encoder/bias", (WIDTH,), -0.5, 0.5)
    for i in range(LAYERS):
        layer = f"params/encoder/layers_{i}/"
        t.draw(layer + "seq/theta_log", (STATES,), -2, 1.8).draw(layer + "seq/nu_log", (STATES,), -4, 0)
        t.draw(layer + "seq/gamma_log", (STATES,), -1.5, 0)
        for part in ("re", "im"):
            t.draw(layer + "seq/B_" + part, (STATES, WIDTH), -0.5, 0.5).draw(layer + "seq/C_" + part, (WIDTH, STATES), -0.5, 0.5)
        t.draw(layer + "seq/D", (WIDTH,), -1, 1)
        for out in ("out1", "out2"):
            t.draw(layer + out + "/kernel", (WIDTH, WIDTH), -0.5, 0.5).draw(layer + out + "/bias", (WIDTH,), -0.5, 0.5)
        t.draw(layer + "normalization/scale", (WIDTH,), 0.5, 1.5).draw(layer + "normalization/bias", (WIDTH,), -0.3, 0.3)
    t.draw("params/decoder/kernel", (WIDTH, CLASSES), -1, 1).draw("params/decoder/bias", (CLASSES,), -0.5, 0.5)

    def dense(path, u):
        return u @ t.of(f"params/{path}/kernel") + t.of(f"params/{path}/bias")

    x = t.sequence(LENGTH, INPUTS)
    h = dense("encoder/encoder", x)
    for i in range(LAYERS):
        layer = f"encoder/layers_{i}"

        def at(name):
            return t.of(f"params/{layer}/{name}")

        pole = np.exp(-np.exp(at("seq/nu_log")) + 1j * np.exp(at("seq/theta_log")))
        b = (at("seq/B_re") + 1j * at("seq/B_im")) * np.exp(at("seq/gamma_log"))[:, None]
        c = at("seq/C_re") + 1j * at("seq/C_im")
        state, v = np.zeros(STATES, complex), np.zeros_like(h)
        for step, u in enumerate(h):
            state = pole * state + b @ u
            v[step] = (c @ state).real + at("seq/D") * u
        w = gelu_tanh(v)
        h = h + dense(layer + "/out1", w) * sigmoid(dense(layer + "/out2", w))
        h = layer_norm(h, at("normalization/scale"), at("normalization/bias"), 1e-6)
    save("lru", __doc__, t, input=x, output=softmax(dense("decoder", h)))


main()
