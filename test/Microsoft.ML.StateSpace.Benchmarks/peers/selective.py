"""The S6 layer over (B, T, D), with the parameters of the library: ALog (D, N), XProj (R + 2N, D), DtProj (D, R), DtBias (D), D (D).

x_t = a_t x_{t-1} + v_t over (B, T, D, N), with a_t = exp(Delta_t A) and v_t = Delta_t u_t B_t^T, y_t = x_t C_t + D u_t, in the formulations that are fast in PyTorch on a CPU:

seq   one step after the other, by autograd;
sq    two levels, as in scans.py, with the products of the decays in place of powers, by autograd;
seqf  one step after the other with a hand-written backward; decays and states are kept;
sqf   two levels with a hand-written backward; decays and states are kept;
ckf   as sqf over chunks of 1024 steps, of which only the first states are kept: backward computes each chunk again.
"""
import math

import torch
import torch.nn.functional as F

CHUNK = 1024


def seq(a, v, x):
    """States of (B, T, D, N) from the state x (B, D, N)."""
    states = []
    for decay, step in zip(a.unbind(1), v.unbind(1)):
        x = torch.addcmul(step, decay, x)
        states.append(x)
    return torch.stack(states, 1)


def sq(a, v, x):
    batch, length = v.shape[:2]
    q = chunk(length)
    pad = (0, 0, 0, 0, 0, -length % q)
    a, v = (F.pad(each, pad).reshape(batch, -1, q, *each.shape[2:]) for each in (a, v))
    inner, decays, state, decay = [], [], torch.zeros_like(v[:, :, 0]), torch.ones_like(a[:, :, 0])
    for a_step, v_step in zip(a.unbind(2), v.unbind(2)):
        state, decay = torch.addcmul(v_step, a_step, state), decay * a_step
        inner.append(state)
        decays.append(decay)
    before = [x]
    for a_chunk, v_chunk in zip(decay.unbind(1)[:-1], state.unbind(1)[:-1]):
        before.append(torch.addcmul(v_chunk, a_chunk, before[-1]))
    before = torch.stack(before, 1)
    states = torch.stack([torch.addcmul(i, d, before) for i, d in zip(inner, decays)], 2)
    return states.reshape(batch, -1, *states.shape[3:])[:, :length]


def chunk(length):
    """A length about the root of T, rounded to a power of two."""
    return 1 << max(0, round(math.log2(length) / 2))


def seq_(a, v, x, reverse):
    """In place on v, from x before the first step (reverse: from zero behind the last, where step t takes the decay of step t + 1)."""
    steps, decays = v.unbind(1), a.unbind(1)
    if reverse:
        for t in range(len(steps) - 2, -1, -1):
            steps[t].addcmul_(decays[t + 1], steps[t + 1])
        return
    steps[0].addcmul_(decays[0], x)
    for t in range(1, len(steps)):
        steps[t].addcmul_(decays[t], steps[t - 1])


def sq_(a, v, x, reverse):
    batch, length = v.shape[:2]
    q = chunk(length)
    while length % q:
        q -= 1
    blocks, decays = (each.view(batch, -1, q, *each.shape[2:]) for each in (v, a))
    steps, factors = blocks.unbind(2), decays.unbind(2)
    if reverse:
        for t in range(q - 2, -1, -1):
            steps[t].addcmul_(factors[t + 1], steps[t + 1])
        # What each chunk gets from the one behind it, decayed into its last step.
        heads, first = steps[0].unbind(1), factors[0].unbind(1)
        whole = torch.stack(factors[1:], 2).prod(2).unbind(1)
        carry = [torch.zeros_like(heads[0])]
        for k in range(len(heads) - 1, 0, -1):
            carry.append(first[k] * torch.addcmul(heads[k], whole[k], carry[-1]))
        carry = torch.stack(carry[::-1], 1)
        for t in range(q - 1, -1, -1):
            steps[t].add_(carry)
            carry = carry * factors[t]
        return
    for t in range(1, q):
        steps[t].addcmul_(factors[t], steps[t - 1])
    ends, whole = steps[-1].unbind(1), decays.prod(2).unbind(1)
    carry = [x]
    for end, decay in zip(ends[:-1], whole[:-1]):
        carry.append(torch.addcmul(end, decay, carry[-1]))
    carry = torch.stack(carry, 1)
    for step, factor in zip(steps, factors):
        carry = carry * factor
        step.add_(carry)


def coefficients(u, delta, rates, b):
    """a and v, each in one new tensor."""
    a = (delta.unsqueeze(-1) * rates).exp_()
    v = (delta * u).unsqueeze(-1) * b.unsqueeze(2)
    return a, v


def gradients(gy, u, delta, rates, b, c, a, x, before, s):
    """Gradients of u, delta, rates, b and c from the states x and from s, the gradients of the states."""
    gc = torch.einsum("btd,btdn->btn", gy, x)
    gb = torch.einsum("btd,btdn->btn", delta * u, s)
    sb = torch.einsum("btdn,btn->btd", s, b)
    h = s * a
    h[:, 1:] *= x[:, :-1]
    h[:, 0] *= before
    gdelta = torch.einsum("btdn,dn->btd", h, rates).addcmul_(u, sb)
    grates = torch.einsum("btdn,btd->dn", h, delta)
    return delta * sb, gdelta, grates, gb, gc


class Scan(torch.autograd.Function):
    """y_t = x_t C_t with a hand-written backward; keeps decays and states."""

    @staticmethod
    def forward(ctx, u, delta, rates, b, c, scan):
        a, x = coefficients(u, delta, rates, b)
        scan(a, x, torch.zeros_like(x[:, 0]), False)
        ctx.save_for_backward(u, delta, rates, b, c, a, x)
        ctx.scan = scan
        return (x @ c.unsqueeze(-1)).squeeze(-1)

    @staticmethod
    def backward(ctx, gy):
        u, delta, rates, b, c, a, x = ctx.saved_tensors
        s = gy.unsqueeze(-1) * c.unsqueeze(2)
        ctx.scan(a, s, None, True)
        return *gradients(gy, u, delta, rates, b, c, a, x, torch.zeros_like(x[:, 0]), s), None


class ChunkedScan(torch.autograd.Function):
    """The same; keeps the state before each chunk, and computes decays and states of a chunk again."""

    @staticmethod
    def forward(ctx, u, delta, rates, b, c, scan):
        state, before, outputs = u.new_zeros(u.shape[0], *rates.shape), [], []
        for first in range(0, u.shape[1], CHUNK):
            part = slice(first, first + CHUNK)
            before.append(state)
            a, x = coefficients(u[:, part], delta[:, part], rates, b[:, part])
            scan(a, x, state, False)
            outputs.append((x @ c[:, part].unsqueeze(-1)).squeeze(-1))
            state = x[:, -1].clone()
        ctx.save_for_backward(u, delta, rates, b, c, *before)
        ctx.scan = scan
        return torch.cat(outputs, 1)

    @staticmethod
    def backward(ctx, gy):
        u, delta, rates, b, c, *before = ctx.saved_tensors
        pieces, grates, carry = [], torch.zeros_like(rates), None
        for i in range(len(before) - 1, -1, -1):
            part = slice(i * CHUNK, (i + 1) * CHUNK)
            given = u[:, part], delta[:, part], rates, b[:, part], c[:, part]
            a, x = coefficients(*given[:4])
            ctx.scan(a, x, before[i], False)
            s = gy[:, part].unsqueeze(-1) * given[4].unsqueeze(2)
            if carry is not None:
                s[:, -1] += carry
            ctx.scan(a, s, None, True)
            carry = a[:, 0] * s[:, 0]
            gu, gdelta, gr, gb, gc = gradients(gy[:, part], *given, a, x, before[i], s)
            grates += gr
            pieces.append((gu, gdelta, gb, gc))
        gu, gdelta, gb, gc = (torch.cat(each[::-1], 1) for each in zip(*pieces))
        return gu, gdelta, grates, gb, gc, None


PLAIN = {"seq": seq, "sq": sq}
FUNCTIONS = {"seqf": (Scan, seq_), "sqf": (Scan, sq_), "ckf": (ChunkedScan, sq_)}
VARIANTS = [*PLAIN, *FUNCTIONS]


def s6(p, u, variant):
    states, rank = p["ALog"].shape[1], p["DtProj"].shape[1]
    dt, b, c = (u @ p["XProj"].t()).split([rank, states, states], -1)
    delta = F.softplus(F.linear(dt, p["DtProj"], p["DtBias"]))
    rates = -p["ALog"].exp()
    if variant in FUNCTIONS:
        function, scan = FUNCTIONS[variant]
        y = function.apply(u, delta, rates, b, c, scan)
    else:
        a, v = (delta.unsqueeze(-1) * rates).exp(), (delta * u).unsqueeze(-1) * b.unsqueeze(2)
        y = (PLAIN[variant](a, v, torch.zeros_like(v[:, 0])) @ c.unsqueeze(-1)).squeeze(-1)
    return torch.addcmul(y, u, p["D"])
