"""Griffin (De, Smith et al., "Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models", 2024,
arXiv:2402.19427) as RecurrentGemma has it, in the names of Hugging Face (recurrentgemma.safetensors) and of google-deepmind/recurrentgemma
(recurrentgemma_deepmind.safetensors, the same values). The attention window is 4 with the row itself not counted, and half of the steps
see past it. The cap of the logits is 5, so that it matters."""
import math

import numpy as np

from functions import Tensors, gelu_tanh, save, sigmoid, softmax

VOCABULARY, WIDTH, HEADS, RECURRENT, HIDDEN, TAPS, WINDOW, CAP, LENGTH = 11, 16, 2, 8, 16, 4, 4, 5, 12
BLOCKS = ("recurrent", "recurrent", "attention")
HEAD, BLOCK = WIDTH // HEADS, RECURRENT // HEADS


def rms_norm(x, weight):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * (1 + weight)


def turned(x, position):
    """Of a head's channels the first half is turned: channel i with channel i + a quarter of the head."""
    pairs = HEAD // 4
    angle = position * 10000.0 ** (-np.arange(pairs) / pairs)
    a, b = x[..., :pairs], x[..., pairs : 2 * pairs]
    return np.concatenate([a * np.cos(angle) - b * np.sin(angle), b * np.cos(angle) + a * np.sin(angle), x[..., 2 * pairs :]], -1)


def attention(at, u):
    q, k, v = ((u @ at(name).T) for name in ("q_proj.weight", "k_proj.weight", "v_proj.weight"))
    rows = []
    for t in range(len(u)):
        seen = range(max(0, t - WINDOW), t + 1)
        keys = np.array([turned(k[j], j) for j in seen])
        heads = [softmax(keys @ turned(q[t, h * HEAD : (h + 1) * HEAD], t) / math.sqrt(HEAD)) @ v[list(seen)] for h in range(HEADS)]
        rows.append(np.concatenate(heads))
    return np.array(rows) @ at("o_proj.weight").T + at("o_proj.bias")


def recurrence(at, u):
    def blocks(x, name):
        parts = [x[h * BLOCK : (h + 1) * BLOCK] @ at(f"rg_lru.{name}_weight")[h] + at(f"rg_lru.{name}_bias")[h] for h in range(HEADS)]
        return np.concatenate(parts)

    gate = gelu_tanh(u @ at("linear_y.weight").T + at("linear_y.bias"))
    x = u @ at("linear_x.weight").T + at("linear_x.bias")
    taps, state, rows = at("conv_1d.weight")[:, 0], np.zeros(RECURRENT), []
    for t in range(len(u)):
        value = at("conv_1d.bias") + sum(taps[:, TAPS - 1 - lag] * x[t - lag] for lag in range(min(TAPS, t + 1)))
        log_a = -8 * sigmoid(blocks(value, "recurrent_gate")) * np.log1p(np.exp(at("rg_lru.recurrent_param")))
        factor = 1 if t == 0 else np.sqrt(1 - np.exp(2 * log_a))
        state = np.exp(log_a) * state + factor * sigmoid(blocks(value, "input_gate")) * value
        rows.append(state)
    return (np.array(rows) * gate) @ at("linear_out.weight").T + at("linear_out.bias")


def draw():
    t = Tensors(6)
    t.draw("model.embed_tokens.weight", (VOCABULARY, WIDTH), -0.5, 0.5)
    for i, kind in enumerate(BLOCKS):
        layer = f"model.layers.{i}."
        t.draw(layer + "temporal_pre_norm.weight", (WIDTH,), -0.5, 0.5).draw(layer + "channel_pre_norm.weight", (WIDTH,), -0.5, 0.5)
        s = layer + "temporal_block."
        if kind == "attention":
            t.draw(s + "q_proj.weight", (WIDTH, WIDTH), -0.6, 0.6).draw(s + "k_proj.weight", (HEAD, WIDTH), -0.6, 0.6)
            t.draw(s + "v_proj.weight", (HEAD, WIDTH), -0.6, 0.6)
            t.draw(s + "o_proj.weight", (WIDTH, WIDTH), -0.4, 0.4).draw(s + "o_proj.bias", (WIDTH,), -0.2, 0.2)
        else:
            for name in ("linear_y", "linear_x"):
                t.draw(s + name + ".weight", (RECURRENT, WIDTH), -0.5, 0.5).draw(s + name + ".bias", (RECURRENT,), -0.5, 0.5)
            t.draw(s + "linear_out.weight", (WIDTH, RECURRENT), -0.5, 0.5).draw(s + "linear_out.bias", (WIDTH,), -0.2, 0.2)
            t.draw(s + "conv_1d.weight", (RECURRENT, 1, TAPS), -0.5, 0.5).draw(s + "conv_1d.bias", (RECURRENT,), -0.5, 0.5)
            t.draw(s + "rg_lru.recurrent_param", (RECURRENT,), -6, -2)
            for name in ("input_gate", "recurrent_gate"):
                t.draw(s + f"rg_lru.{name}_weight", (HEADS, BLOCK, BLOCK), -1, 1).draw(s + f"rg_lru.{name}_bias", (HEADS, BLOCK), -1, 1)
        s = layer + "mlp_block."
        for name in ("gate_proj", "up_proj"):
            t.draw(s + name + ".weight", (HIDDEN, WIDTH), -0.5, 0.5).draw(s + name + ".bias", (HIDDEN,), -0.5, 0.5)
        t.draw(s + "down_proj.weight", (WIDTH, HIDDEN), -0.4, 0.4).draw(s + "down_proj.bias", (WIDTH,), -0.2, 0.2)
    t.draw("model.final_norm.weight", (WIDTH,), -0.5, 0.5)
    # Large enough for the cap.
    t["model.embed_tokens.weight"] *= np.float32(2)
    return t


def bfloat16(value):
    """The nearest number with eight bits of precision, as the code multiplies the table by it."""
    scale = 2.0 ** (math.floor(math.log2(value)) - 7)
    return round(value / scale) * scale


def forward(t, tokens):
    h = t.of("model.embed_tokens.weight")[tokens] * bfloat16(math.sqrt(WIDTH))
    for i, kind in enumerate(BLOCKS):
        def at(name):
            return t.of(f"model.layers.{i}.{name}")

        temporal = attention if kind == "attention" else recurrence
        h = h + temporal(lambda name: at("temporal_block." + name), rms_norm(h, at("temporal_pre_norm.weight")))
        u = rms_norm(h, at("channel_pre_norm.weight"))
        gate, up = ((u @ at(f"mlp_block.{name}.weight").T + at(f"mlp_block.{name}.bias")) for name in ("gate_proj", "up_proj"))
        h = h + (gelu_tanh(gate) * up) @ at("mlp_block.down_proj.weight").T + at("mlp_block.down_proj.bias")
    logits = rms_norm(h, t.of("model.final_norm.weight")) @ t.of("model.embed_tokens.weight").T
    return softmax(CAP * np.tanh(logits / CAP))


def deepmind(t):
    names = {
        "temporal_pre_norm.weight": "temporal_pre_norm.scale", "channel_pre_norm.weight": "channel_pre_norm.scale",
        "q_proj": "attention_block.proj_q", "k_proj": "attention_block.proj_k", "v_proj": "attention_block.proj_v",
        "o_proj": "attention_block.proj_final", "linear_x": "recurrent_block.linear_x", "linear_y": "recurrent_block.linear_y",
        "linear_out": "recurrent_block.linear_out", "conv_1d.weight": "recurrent_block.conv_1d.w",
        "conv_1d.bias": "recurrent_block.conv_1d.b", "rg_lru.recurrent_param": "recurrent_block.rg_lru.a_param",
        "rg_lru.input_gate_weight": "recurrent_block.rg_lru.input_gate.w", "rg_lru.input_gate_bias": "recurrent_block.rg_lru.input_gate.b",
        "rg_lru.recurrent_gate_weight": "recurrent_block.rg_lru.a_gate.w", "rg_lru.recurrent_gate_bias": "recurrent_block.rg_lru.a_gate.b",
        "down_proj": "ffw_down",
    }
    renamed = {"embedder.input_embedding": t["model.embed_tokens.weight"], "final_norm.scale": t["model.final_norm.weight"]}
    for key, value in t.items():
        if not key.startswith("model.layers.") or "gate_proj" in key or "up_proj" in key:
            continue
        key = key.replace("model.layers.", "blocks.").replace("temporal_block.", "")
        for old, new in names.items():
            if old in key:
                key = key.replace(old, new)
                break
        renamed[key] = value[:, 0].T if key.endswith("conv_1d.w") else value
    for i in range(len(BLOCKS)):
        parts = [f"model.layers.{i}.mlp_block.{name}" for name in ("gate_proj", "up_proj")]
        renamed[f"blocks.{i}.mlp_block.ffw_up.w"] = np.stack([t[part + ".weight"].T for part in parts])
        renamed[f"blocks.{i}.mlp_block.ffw_up.b"] = np.stack([t[part + ".bias"] for part in parts])[:, None, None]
    return renamed


def main():
    t = draw()
    tokens = t.tokens(LENGTH, VOCABULARY)
    output = forward(t, tokens)
    save("recurrentgemma", __doc__, t, input=tokens, output=output)
    save("recurrentgemma_deepmind", __doc__, deepmind(t), input=tokens, output=output)


main()
