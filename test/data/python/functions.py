"""What the scripts of S5, LRU, S4D and RecurrentGemma share: draws and functions of rows."""
import pathlib

import numpy as np

from tensors import answers, write

HERE = pathlib.Path(__file__).parent


class Tensors(dict):
    """Named 32-bit tensors, drawn one after the other from one generator."""

    def __init__(self, seed):
        super().__init__()
        self._generator = np.random.default_rng(seed)

    def draw(self, name, shape, low, high):
        self[name] = self._generator.uniform(low, high, shape).astype(np.float32)
        return self

    def sequence(self, *shape):
        return self._generator.uniform(-1, 1, shape).astype(np.float32).astype(float)

    def tokens(self, length, vocabulary):
        return self._generator.integers(0, vocabulary, length)

    def of(self, name):
        return self[name].astype(float)


def save(name, about, tensors, **expected):
    """Writes the tensors, and what goes into the model and comes out."""
    write(HERE / f"{name}.safetensors", tensors)
    answers(HERE / f"{name}.json", about, **expected)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def layer_norm(x, scale, bias, epsilon):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * scale + bias


def means_so_far(x):
    """Row t is the mean of rows 0 to t."""
    return np.cumsum(x, 0) / np.arange(1, len(x) + 1)[:, None]
