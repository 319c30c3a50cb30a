"""Branches of blocks around a core, over (B, T, H), with the parameters of the library: Mamba around S6, and H3 around S4D.

H3 is y = Wo (q * s4d(shift(k) * v)), its shift a convolution with as many taps as it remembers samples. Forms: both convolutions by FFT (fft2, fft2f), both by chunks (ck, ckf), which
must not be shorter than the shift, and the shift as a depthwise convolution of PyTorch in front of the chunks (cvckf); see channels.py. Channels stand first from the projections to Wo.
"""
import torch
import torch.nn.functional as F

import channels
import selective


def scope(p, name):
    return {key[len(name) + 1:]: tensor for key, tensor in p.items() if key.startswith(name + ".")}


class Taps(torch.autograd.Function):
    """The causal convolution of a few taps, w (D, K), over (B, T, D), with a hand-written backward: faster on a CPU than conv1d over (B, D, T) and than sums by autograd."""

    @staticmethod
    def forward(ctx, u, w, bias):
        y = torch.addcmul(bias, u, w[:, -1])
        for lag in range(1, w.shape[1]):
            y[:, lag:].addcmul_(u[:, :-lag], w[:, -1 - lag])
        ctx.save_for_backward(u, w)
        return y

    @staticmethod
    def backward(ctx, gy):
        u, w = ctx.saved_tensors
        gu, gw = gy * w[:, -1], [(gy * u).sum((0, 1))]
        for lag in range(1, w.shape[1]):
            gu[:, :-lag].addcmul_(gy[:, lag:], w[:, -1 - lag])
            gw.append((gy[:, lag:] * u[:, :-lag]).sum((0, 1)))
        return gu, torch.stack(gw[::-1], 1), gy.sum((0, 1))


def mamba(p, x, variant):
    u = F.silu(Taps.apply(F.linear(x, p["In.Weight"]), p["Convolution.Weight"], p["Convolution.Bias"]))
    y = selective.s6(scope(p, "StateSpace"), u, variant)
    return F.linear(y * F.silu(F.linear(x, p["Gate.Weight"])), p["Out.Weight"])


def linear(p, name, x):
    """A linear map of channels that stand first."""
    return torch.addmm(p[name + ".Bias"][:, None], p[name + ".Weight"], x.flatten(1)).view(-1, *x.shape[1:])


def shift_kernel(p):
    """By lags, D in the first."""
    return channels.fed(p["Shift.Weight"].flip(1), p["Shift.D"])


def h3_convolved(p, u, convolution):
    x, length = u.permute(2, 0, 1).contiguous(), u.shape[1]
    shift = shift_kernel(p)
    k = convolution(linear(p, "Key", x), F.pad(shift, (0, length - shift.shape[1])))
    y = convolution(k * linear(p, "Value", x), channels.kernel(scope(p, "StateSpace"), length))
    return linear(p, "Out", linear(p, "Query", x) * y).permute(1, 2, 0)


def shifted(rows, batch, kernel):
    """Within a chunk, and from the chunk before."""
    q, turned = rows.shape[2], rows.flip(2)
    before = F.pad(turned[:, :-batch], (0, 0, batch, 0))
    return torch.baddbmm(torch.bmm(turned, channels.hankel(kernel, q, 1 - q)), before, channels.hankel(kernel, q, 1))


def h3_chunked(p, u, scan, depthwise=False):
    batch, length, size = u.shape
    x = channels.split(u, channels.CHUNK)
    k, kernel = linear(p, "Key", x), shift_kernel(p)
    if depthwise:
        whole = k.view(size, -1, batch, channels.CHUNK).permute(2, 0, 1, 3).reshape(batch, size, -1)
        whole = F.conv1d(F.pad(whole, (kernel.shape[1] - 1, 0)), kernel.flip(1).unsqueeze(1), groups=size)
        k = whole.view(batch, size, -1, channels.CHUNK).permute(1, 2, 0, 3).reshape(x.shape)
    else:
        k = shifted(k, batch, kernel)
    y = channels.s4d_rows(k * linear(p, "Value", x), batch, scope(p, "StateSpace"), scan)
    return channels.join(linear(p, "Out", linear(p, "Query", x) * y), batch, length)


H3_FORMS = {
    "fft2": lambda p, u: h3_convolved(p, u, channels.convolve),
    "fft2f": lambda p, u: h3_convolved(p, u, channels.Convolution.apply),
    "ck": lambda p, u: h3_chunked(p, u, channels.square),
    "ckf": lambda p, u: h3_chunked(p, u, channels.Carry.apply),
    "cvckf": lambda p, u: h3_chunked(p, u, channels.Carry.apply, depthwise=True),
}
