"""The SSD layer of Mamba-2 over (B, T, D), with the parameters of the library: Projection (2N + heads, D) for B, C and dt; ALog, DtBias, D (heads).

By chunks of 32 to 256 steps, all products as matmul over (B, chunks, heads): rows meet within a chunk by L * (C B^T), chunks by their states, in a loop over chunks. The
gradient is that of autograd, whose own form it is: each product gives two.
"""
import torch
import torch.nn.functional as F

CHUNKS = {f"q{q}": q for q in (32, 64, 128, 256)}
VARIANTS = list(CHUNKS)


def ssd(p, x, variant):
    batch, length, size = x.shape
    heads, q = p["Scan.ALog"].shape[0], min(CHUNKS[variant], length)
    states = (p["Projection.Weight"].shape[0] - heads) // 2
    b, c, dt = (x @ p["Projection.Weight"].t()).split([states, states, heads], -1)
    step = F.softplus(dt + p["Scan.DtBias"])
    pad = -length % q
    if pad:
        x, b, c, step = (F.pad(each, (0, 0, 0, pad)) for each in (x, b, c, step))
    # (B, chunks, heads, q, ...)
    b, c = (each.view(batch, -1, 1, q, states) for each in (b, c))
    step = step.view(batch, -1, q, heads).transpose(2, 3)
    u = x.reshape(batch, -1, q, heads, size // heads).transpose(2, 3)
    total = (step * -p["Scan.ALog"].exp()[:, None]).cumsum(-1)
    below = torch.ones(q, q, dtype=torch.bool).tril()
    mix = (total.unsqueeze(-1) - total.unsqueeze(-2)).masked_fill(~below, float("-inf")).exp()
    mix = mix * step.unsqueeze(-2) * (c @ b.transpose(-1, -2))
    y = mix @ u
    ends = (u * ((total[..., -1:] - total).exp() * step).unsqueeze(-1)).transpose(-1, -2) @ b
    whole = total[..., -1].exp()[..., None, None]
    before = [torch.zeros_like(ends[:, 0])]
    for decay, end in zip(whole.unbind(1)[:-1], ends.unbind(1)[:-1]):
        before.append(torch.addcmul(end, decay, before[-1]))
    y = y + (c @ torch.stack(before, 1).transpose(-1, -2)) * total.exp().unsqueeze(-1) + u * p["Scan.D"][:, None, None]
    return y.transpose(2, 3).reshape(batch, -1, size)[:, :length]
