"""
The forward passes of Mamba and Mamba-2 in float64, token by token, from the equations of the papers:
Gu, Dao, arXiv:2312.00752 (algorithm 2, with the simplified rule Delta B for the input), and Dao, Gu, arXiv:2405.21060 (section 7).
Run it to make mamba.safetensors, mamba.json, mamba2.safetensors and mamba2.json anew; with the path of a safetensors file of F32 it
prints the logits of that file's model for the tokens of the JSON file whose path follows.
"""
import json
import sys

import numpy as np

import tensors

EPSILON = 1e-5


def silu(x):
    return x / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(x))


def rms_norm(x, scale):
    return x / np.sqrt(np.mean(x * x) + EPSILON) * scale


class Convolution:
    """A causal convolution of each channel; its memory is the last inputs."""

    def __init__(self, weight, bias):
        self.weight, self.bias = weight[:, 0, :], bias
        self.memory = np.zeros_like(self.weight)

    def step(self, x):
        self.memory = np.concatenate([self.memory[:, 1:], x[:, None]], axis=1)
        return np.sum(self.memory * self.weight, axis=1) + self.bias


class Mamba:
    def __init__(self, at):
        self.at = at
        self.convolution = Convolution(at("conv1d.weight"), at("conv1d.bias"))
        self.state = np.zeros_like(at("A_log"))

    def step(self, u):
        at = self.at
        channels, states = at("A_log").shape
        rank = at("dt_proj.weight").shape[1]
        both = at("in_proj.weight") @ u
        x, z = both[:channels], both[channels:]
        x = silu(self.convolution.step(x))
        selected = at("x_proj.weight") @ x
        delta = softplus(at("dt_proj.weight") @ selected[:rank] + at("dt_proj.bias"))
        b, c = selected[rank : rank + states], selected[rank + states :]
        decay = np.exp(-delta[:, None] * np.exp(at("A_log")))
        self.state = decay * self.state + (delta * x)[:, None] * b[None, :]
        y = self.state @ c + at("D") * x
        return at("out_proj.weight") @ (y * silu(z))


class Mamba2:
    def __init__(self, at):
        self.at = at
        self.convolution = Convolution(at("conv1d.weight"), at("conv1d.bias"))
        self.channels, self.heads = at("norm.weight").size, at("dt_bias").size
        self.states = (at("conv1d.bias").size - self.channels) // 2
        self.state = np.zeros((self.heads, self.channels // self.heads, self.states))

    def step(self, u):
        at, channels, states = self.at, self.channels, self.states
        projected = at("in_proj.weight") @ u
        z, xbc, dt = np.split(projected, [channels, 2 * channels + 2 * states])
        x, b, c = np.split(silu(self.convolution.step(xbc)), [channels, channels + states])
        x = x.reshape(self.heads, -1)
        delta = softplus(dt + at("dt_bias"))
        decay = np.exp(-delta * np.exp(at("A_log")))
        self.state = decay[:, None, None] * self.state + delta[:, None, None] * x[:, :, None] * b[None, None, :]
        y = (self.state @ c + at("D")[:, None] * x).reshape(-1)
        return at("out_proj.weight") @ rms_norm(y * silu(z), at("norm.weight"))


def logits(model, tokens):
    """One row of logits for each token."""
    table = model.get("backbone.embedding.weight", model.get("backbone.embeddings.weight"))
    head = model.get("lm_head.weight", table)
    kind = Mamba2 if "backbone.layers.0.mixer.dt_bias" in model else Mamba
    layers = len({name.split(".")[2] for name in model if name.startswith("backbone.layers.")})
    mixers = [kind(lambda name, i=i: model[f"backbone.layers.{i}.mixer.{name}"]) for i in range(layers)]
    rows = []
    for token in tokens:
        stream = table[token]
        for i, mixer in enumerate(mixers):
            stream = stream + mixer.step(rms_norm(stream, model[f"backbone.layers.{i}.norm.weight"]))
        rows.append(head @ rms_norm(stream, model["backbone.norm_f.weight"]) + model.get("lm_head.bias", 0))
    return np.array(rows)


def make_mamba():
    """Layers of 6 channels, 12 inside, 3 states, rank 2; 13 tokens in a table of 16 rows. A head with weights of its own."""
    width, inner, states, rank, taps, rows = 6, 12, 3, 2, 4, 16
    draw = tensors.Draw(1)
    draw.add("backbone.embedding.weight", (rows, width), -1, 1)
    for i in range(2):
        layer = f"backbone.layers.{i}."
        draw.add(layer + "norm.weight", (width,), 0.5, 1.5)
        draw.add(layer + "mixer.A_log", (inner, states), -1, 1)
        draw.add(layer + "mixer.D", (inner,), 0.5, 1.5)
        draw.add(layer + "mixer.in_proj.weight", (2 * inner, width), -0.8, 0.8)
        draw.add(layer + "mixer.conv1d.weight", (inner, 1, taps), -0.5, 0.5)
        draw.add(layer + "mixer.conv1d.bias", (inner,), -0.5, 0.5)
        draw.add(layer + "mixer.x_proj.weight", (rank + 2 * states, inner), -0.6, 0.6)
        draw.add(layer + "mixer.dt_proj.weight", (inner, rank), -0.7, 0.7)
        draw.add(layer + "mixer.dt_proj.bias", (inner,), -4, 0)
        draw.add(layer + "mixer.out_proj.weight", (width, inner), -0.6, 0.6)
    draw.add("backbone.norm_f.weight", (width,), 0.5, 1.5)
    draw.add("lm_head.weight", (rows, width), -1, 1)
    save("mamba", draw, 13)


def make_mamba2():
    """
    Layers of 6 channels, 12 inside in heads of 4, 5 states; 13 tokens in a table of 16 rows. BF16, the names of Hugging Face's
    Transformers, and no head: its weights are those of the table.
    """
    width, inner, heads, states, taps, rows = 6, 12, 3, 5, 4, 16
    convolved = inner + 2 * states
    draw = tensors.Draw(2, "BF16")
    draw.add("backbone.embeddings.weight", (rows, width), -1, 1)
    for i in range(2):
        layer = f"backbone.layers.{i}."
        draw.add(layer + "norm.weight", (width,), 0.5, 1.5)
        draw.add(layer + "mixer.A_log", (heads,), -1, 1)
        draw.add(layer + "mixer.D", (heads,), 0.5, 1.5)
        draw.add(layer + "mixer.dt_bias", (heads,), -4, 0)
        draw.add(layer + "mixer.in_proj.weight", (inner + convolved + heads, width), -0.8, 0.8)
        draw.add(layer + "mixer.conv1d.weight", (convolved, 1, taps), -0.5, 0.5)
        draw.add(layer + "mixer.conv1d.bias", (convolved,), -0.5, 0.5)
        draw.add(layer + "mixer.norm.weight", (inner,), 0.5, 1.5)
        draw.add(layer + "mixer.out_proj.weight", (width, inner), -0.6, 0.6)
    draw.add("backbone.norm_f.weight", (width,), 0.5, 1.5)
    save("mamba2", draw, 13)


def save(name, draw, vocabulary):
    tokens = draw.random.integers(0, vocabulary, 37)
    tensors.write(f"{name}.safetensors", draw.tensors, draw.dtype)
    tensors.answers(
        f"{name}.json", f"logits of {name}.safetensors by language_model.py, one row a token", tokens=tokens,
        logits=logits(draw.tensors, tokens))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with open(sys.argv[2]) as file:
            print(json.dumps(logits(tensors.read(sys.argv[1]), json.load(file)["tokens"]).tolist()))
    else:
        make_mamba()
        make_mamba2()
