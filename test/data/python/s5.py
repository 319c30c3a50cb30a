"""S5 (Smith, Warrington, Linderman, "Simplified State Space Layers for Sequence Modeling", 2023, arXiv:2208.04933), in the names
of its code. Writes s5.safetensors (causal, pre norm, zero-order hold), s5_two_way.safetensors (both ways, post norm, bilinear) and
s5_tokens.safetensors (tokens, batch norms with their statistics before the core, half GLU of the second kind)."""
import numpy as np

from functions import Tensors, gelu_tanh, layer_norm, means_so_far, save, sigmoid, softmax

INPUTS, WIDTH, STATES, CLASSES, LENGTH, LAYERS, VOCABULARY = 2, 6, 4, 3, 11, 2, 5


def draw(seed, prefix, separator, two_way=False, full_glu=False, inputs=INPUTS):
    t = Tensors(seed)

    def add(path, shape, low, high):
        t.draw(prefix + path.replace("/", separator), shape, low, high)

    add("encoder/encoder/kernel", (inputs, WIDTH), -1, 1)
    add("encoder/encoder/bias", (WIDTH,), -0.5, 0.5)
    for i in range(LAYERS):
        layer = f"encoder/layers_{i}/"
        add(layer + "seq/Lambda_re", (STATES,), -0.9, -0.1)
        add(layer + "seq/Lambda_im", (STATES,), 0, 6)
        add(layer + "seq/B", (STATES, WIDTH, 2), -0.6, 0.6)
        for c in ("C1", "C2") if two_way else ("C",):
            add(layer + "seq/" + c, (WIDTH, STATES, 2), -0.6, 0.6)
        add(layer + "seq/D", (WIDTH,), -1, 1)
        add(layer + "seq/log_step", (STATES, 1), -3, -0.7)
        for out in ("out1", "out2") if full_glu else ("out2",):
            add(layer + out + "/kernel", (WIDTH, WIDTH), -0.5, 0.5)
            add(layer + out + "/bias", (WIDTH,), -0.5, 0.5)
        add(layer + "norm/scale", (WIDTH,), 0.5, 1.5)
        add(layer + "norm/bias", (WIDTH,), -0.3, 0.3)
    add("decoder/kernel", (WIDTH, CLASSES), -1, 1)
    add("decoder/bias", (CLASSES,), -0.5, 0.5)
    if seed == 1:
        # Held where the code holds it with clip_eigs.
        t[prefix + "encoder/layers_0/seq/Lambda_re".replace("/", separator)][1] = 0.25
    return t, lambda path: t.of(prefix + path.replace("/", separator))


def scan(pole, drive):
    state, states = np.zeros(len(pole), complex), []
    for row in drive:
        state = pole * state + row
        states.append(state)
    return np.array(states)


def system(at, layer, u, two_way, bilinear):
    def complex_of(name):
        return at(layer + name)[..., 0] + 1j * at(layer + name)[..., 1]

    rate = np.minimum(at(layer + "Lambda_re"), -1e-4) + 1j * at(layer + "Lambda_im")
    step = np.exp(at(layer + "log_step")[:, 0])
    if bilinear:
        pole, factor = (1 + rate * step / 2) / (1 - rate * step / 2), step / (1 - rate * step / 2)
    else:
        pole, factor = np.exp(rate * step), (np.exp(rate * step) - 1) / rate
    drive = u @ (factor[:, None] * complex_of("B")).T
    y = scan(pole, drive) @ complex_of("C1" if two_way else "C").T
    if two_way:
        y = y + scan(pole, drive[::-1])[::-1] @ complex_of("C2").T
    # Each stored state stands for its conjugate too.
    return 2 * y.real + at(layer + "D") * u


def forward(at, x, two_way=False, bilinear=False, pre_norm=True, glu="half_glu1", batch_norm=False):
    def dense(path, u):
        return u @ at(path + "/kernel") + at(path + "/bias")

    h = dense("encoder/encoder", x)
    for i in range(LAYERS):
        layer = f"encoder/layers_{i}/"

        def norm(u):
            if batch_norm:
                mean, variance = (at(f"batch_stats/{layer}norm/{name}") for name in ("mean", "var"))
                return (u - mean) / np.sqrt(variance + 1e-5) * at(layer + "norm/scale") + at(layer + "norm/bias")
            return layer_norm(u, at(layer + "norm/scale"), at(layer + "norm/bias"), 1e-6)

        v = system(at, layer + "seq/", norm(h) if pre_norm else h, two_way, bilinear)
        w = gelu_tanh(v)
        value = dense(layer + "out1", w) if glu == "full_glu" else w if glu == "half_glu1" else v
        h = h + value * sigmoid(dense(layer + "out2", w))
        h = h if pre_norm else norm(h)
    return h


def main():
    t, at = draw(1, "params/", "/")
    x = t.sequence(LENGTH, INPUTS)
    h = forward(at, x)
    logits = means_so_far(h) @ at("decoder/kernel") + at("decoder/bias")
    save("s5", __doc__, t, input=x, output=softmax(logits))

    t, at = draw(2, "", ".", two_way=True, full_glu=True)
    x = t.sequence(LENGTH, INPUTS)
    h = forward(at, x, two_way=True, bilinear=True, pre_norm=False, glu="full_glu")
    save("s5_two_way", __doc__, t, input=x, output=softmax(h[-1:] @ at("decoder/kernel") + at("decoder/bias")))

    t, at = draw(3, "params/", "/", inputs=VOCABULARY)
    for i in range(LAYERS):
        statistics = f"batch_stats/encoder/layers_{i}/norm/"
        t.draw(statistics + "mean", (WIDTH,), -0.5, 0.5).draw(statistics + "var", (WIDTH,), 0.1, 2)
    tokens = t.tokens(LENGTH, VOCABULARY)
    h = forward(lambda path: t.of(path) if path.startswith("batch_stats") else at(path), np.eye(VOCABULARY)[tokens], glu="half_glu2",
                batch_norm=True)
    save("s5_tokens", __doc__, t, input=tokens, output=softmax(means_so_far(h) @ at("decoder/kernel") + at("decoder/bias")))


main()
