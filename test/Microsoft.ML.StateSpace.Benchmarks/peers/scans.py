"""x_t = lam x_{t-1} + v_t over (B, T, N) complex, from a zero state, in the formulations that are known to be fast in PyTorch on a CPU.

Two forms of each: differentiable by autograd (PLAIN), and in place on v without a graph, for hand-written gradients (IN_PLACE).
The gradient of the scan is the scan with conj(lam) over reversed time; the in-place forms take reverse=True instead of flipping anything.
"""
import math

import torch
import torch.nn.functional as F


def seq(lam, v):
    """One step after the other."""
    x, states = torch.zeros_like(v[:, 0]), []
    for step in v.unbind(1):
        x = torch.addcmul(step, lam, x)
        states.append(x)
    return torch.stack(states, 1)


def oe(lam, v):
    """Odd-even, as JAX's associative scan: pairs are combined, the half as long sequence is scanned, and the other half follows from it."""
    length = v.shape[1]
    if length == 1:
        return v
    even, odd = v[:, 0::2], v[:, 1::2]
    at_odd = oe(lam * lam, torch.addcmul(odd, lam, even[:, :length // 2]))
    at_even = torch.cat([even[:, :1], torch.addcmul(even[:, 1:], lam, at_odd[:, :even.shape[1] - 1])], 1)
    both = torch.stack([at_even[:, :length // 2], at_odd], 2).reshape(v.shape[0], length // 2 * 2, -1)
    return both if length % 2 == 0 else torch.cat([both, at_even[:, -1:]], 1)


def powers(lam, count):
    """lam^1 ... lam^count, (count, N), in log2(count) steps of doubling."""
    table = lam[None]
    while table.shape[0] < count:
        table = torch.cat([table, table * table[-1]])
    return table[:count]


def chunk(length):
    """A length about the root of T, rounded to a power of two."""
    return 1 << max(0, round(math.log2(length) / 2))


def sq(lam, v):
    """Two levels: Q steps over all chunks at once, T / Q steps over what chunks carry, and the carries spread over their chunks."""
    batch, length, states = v.shape
    q = chunk(length)
    blocks = F.pad(v, (0, 0, 0, -length % q)).reshape(batch, -1, q, states)
    inner = seq(lam, blocks.transpose(1, 2))
    table = powers(lam, q)
    carry = seq(table[-1], inner[:, -1])
    carry = torch.cat([torch.zeros_like(carry[:, :1]), carry[:, :-1]], 1)
    x = torch.addcmul(inner, table[None, :, None], carry[:, None])
    return x.transpose(1, 2).reshape(batch, -1, states)[:, :length]


def fft(lam, v):
    """Convolution with 1, lam, lam^2, ... by FFT."""
    length = v.shape[1]
    size = 1 << (2 * length - 1).bit_length()
    kernel = torch.cat([torch.ones_like(lam)[None], powers(lam, length - 1)]) if length > 1 else torch.ones_like(lam)[None]
    return torch.fft.ifft(torch.fft.fft(v, size, 1) * torch.fft.fft(kernel, size, 0), dim=1)[:, :length]


def seq_(lam, v, reverse):
    steps = v.unbind(1)[::-1] if reverse else v.unbind(1)
    for before, step in zip(steps, steps[1:]):
        step.addcmul_(lam, before)


def oe_(lam, v, reverse):
    """Brent and Kung's tree: up, every second, fourth, ... element gathers its left half; down, those between follow."""
    length, levels, factor = v.shape[1], [], lam
    # A negative step is no view in PyTorch, so reversed time counts from the end.
    at = (lambda first, step: v[:, (length - 1 - first) % step:max(length - first, 0):step]) if reverse else (lambda first, step: v[:, first::step])
    s = 1
    while s < length:
        levels.append((s, factor))
        target, source = at(2 * s - 1, 2 * s), at(s - 1, 2 * s)
        count = target.shape[1]
        source = source[:, source.shape[1] - count:] if reverse else source[:, :count]
        target.addcmul_(factor, source)
        s, factor = 2 * s, factor * factor
    for s, factor in reversed(levels):
        target, source = at(3 * s - 1, 2 * s), at(2 * s - 1, 2 * s)
        count = target.shape[1]
        if count > 0:
            source = source[:, source.shape[1] - count:] if reverse else source[:, :count]
            target.addcmul_(factor, source)


def sq_(lam, v, reverse):
    batch, length, states = v.shape
    q = chunk(length)
    while length % q:
        q -= 1
    blocks = v.view(batch, -1, q, states)
    seq_(lam, blocks.transpose(1, 2), reverse)
    # From the end of one chunk to the end of the next, then over all but the end of each.
    table, end = powers(lam, q), 0 if reverse else q - 1
    seq_(table[-1], blocks[:, :, end], reverse)
    if blocks.shape[1] == 1 or q == 1:
        return
    if reverse:
        blocks[:, :-1, 1:].addcmul_(table[:-1].flip(0), blocks[:, 1:, :1])
    else:
        blocks[:, 1:, :-1].addcmul_(table[:-1], blocks[:, :-1, -1:])


def fft_(lam, v, reverse):
    v.copy_(fft(lam, v.flip(1)).flip(1) if reverse else fft(lam, v))


PLAIN = {"seq": seq, "oe": oe, "sq": sq, "fft": fft}
IN_PLACE = {"seqf": seq_, "oef": oe_, "sqf": sq_, "fftf": fft_}
