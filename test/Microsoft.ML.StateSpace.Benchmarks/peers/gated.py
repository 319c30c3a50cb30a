"""The RG-LRU layer over (B, T, D), with the parameters of the library: gates' weights (heads, D / heads, D / heads) and biases (D), Lambda (D).

h_t = a_t h_{t-1} + m_t i_t x_t with log a_t = -8 r_t softplus(-Lambda), m_t = sqrt(1 - a_t^2), and m = 1 in the first step. The scans are those of selective.py, with a
state of one a channel; seqf and sqf have a hand-written backward of all that is between the gates and h.
"""
import torch
import torch.nn.functional as F

import selective

IN_PLACE = {"seqf": selective.seq_, "sqf": selective.sq_}
VARIANTS = [*selective.PLAIN, *IN_PLACE]


def decay(r, rates):
    log_a = r * rates
    m = (-torch.expm1(2 * log_a)).sqrt()
    first = torch.ones_like(m[:, :1])
    return log_a.exp(), torch.cat([first, m[:, 1:]], 1)


class Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(ctx, r, i, x, rates, scan):
        log_a = r * rates
        a = log_a.exp()
        m = log_a.mul_(2).expm1_().neg_().sqrt_()
        m[:, 0] = 1
        h = (m * i).mul_(x)
        scan(a, h, torch.zeros_like(h[:, 0]), False)
        ctx.save_for_backward(r, i, x, rates, a, m, h)
        ctx.scan = scan
        return h

    @staticmethod
    def backward(ctx, gy):
        r, i, x, rates, a, m, h = ctx.saved_tensors
        s = gy.clone()
        ctx.scan(a, s, None, True)
        sm = s * m
        gx, gi = sm * i, sm.mul_(x)
        # d log a: a s h' - a^2 / m s i x, and nothing in the first step
        glog = torch.zeros_like(a)
        torch.mul(a[:, 1:], h[:, :-1], out=glog[:, 1:])
        glog[:, 1:].addcdiv_(a[:, 1:].square().mul_(i[:, 1:]).mul_(x[:, 1:]), m[:, 1:], value=-1)
        glog.mul_(s)
        return glog * rates, gi, gx, (glog * r).sum((0, 1)), None


def gate(weight, bias, x):
    if weight.shape[0] == 1:
        return torch.sigmoid(F.linear(x, weight[0], bias))
    heads = x.unflatten(-1, (weight.shape[0], -1))
    return torch.sigmoid(torch.einsum("bthj,hij->bthi", heads, weight).flatten(2) + bias)


def rg_lru(p, x, variant):
    r = gate(p["RecurrenceGate.Weight"], p["RecurrenceGate.Bias"], x)
    i = gate(p["InputGate.Weight"], p["InputGate.Bias"], x)
    rates = -8 * F.softplus(-p["Lambda"])
    if variant in IN_PLACE:
        return Recurrence.apply(r, i, x, rates, IN_PLACE[variant])
    a, m = decay(r, rates)
    v = m * i * x
    return selective.PLAIN[variant](a.unsqueeze(-1), v.unsqueeze(-1), torch.zeros_like(v[:, 0, :, None])).squeeze(-1)
