"""The S4D layer over (B, T, H), with the parameters of the library: LambdaReLog, LambdaIm (H, N), LogStep, D (H), C (H, 2, N).

Forms: convolution by FFT with the kernel made in two levels, with autograd (fft2) and with a hand-written gradient of the convolution (fft2f); and chunks of Q steps by
batched real matrix products, with the states between chunks by a square scan (ck), or by a loop in place with a hand-written gradient (ckf).
"""
import torch
import torch.nn.functional as F

import scans

CHUNK = 64


def prepare(p):
    """z = Lambda s and c = 2 C f by zero-order hold, in double and rounded once: the poles are exp(z)."""
    pole = torch.complex(-p["LambdaReLog"].double().exp(), p["LambdaIm"].double())
    z = pole * p["LogStep"].double().exp()[:, None]
    c = 2 * torch.complex(p["C"][:, 0], p["C"][:, 1]).to(torch.complex128) * ((z.exp() - 1) / pole)
    return z, c


def table(z, start, count):
    """start exp(z l), l = 0 ... count - 1, as real (H, count, 2N): real parts, imaginary parts."""
    powers = torch.exp(z[:, None] * torch.arange(count, dtype=torch.float64)[None, :, None]) * start[:, None]
    return torch.cat([powers.real, powers.imag], 2).float()


def kernel(z, c, length):
    """K_l = Re sum_n c_n exp(z_n l), (H, length), from powers within blocks and powers across them."""
    block = scans.chunk(length)
    fine = table(z, torch.ones_like(z), block)
    coarse = table(z * block, c, (length + block - 1) // block)
    states = z.shape[1]
    coarse = torch.cat([torch.ones(states), -torch.ones(states)]) * coarse
    return torch.bmm(coarse, fine.transpose(1, 2)).reshape(z.shape[0], -1)[:, :length]


class Convolution(torch.autograd.Function):
    """The first T samples of k * u, with u (B, H, T) and k (H, T)."""

    @staticmethod
    def forward(ctx, u, k):
        size = 2 * u.shape[-1]
        uf, kf = torch.fft.rfft(u, size), torch.fft.rfft(k, size)
        ctx.save_for_backward(uf, kf)
        return torch.fft.irfft(uf * kf, size)[..., :u.shape[-1]]

    @staticmethod
    def backward(ctx, gy):
        uf, kf = ctx.saved_tensors
        length = gy.shape[-1]
        gf = torch.fft.rfft(gy, 2 * length)
        gu = torch.fft.irfft(gf * kf.conj(), 2 * length)[..., :length]
        gk = torch.fft.irfft((gf * uf.conj()).sum(0), 2 * length)[..., :length]
        return gu, gk


def fft2(u, p):
    length = u.shape[1]
    x = u.transpose(1, 2)
    spectrum = torch.fft.rfft(x, 2 * length) * torch.fft.rfft(kernel(*prepare(p), length), 2 * length)
    return torch.fft.irfft(spectrum, 2 * length)[..., :length].transpose(1, 2) + u * p["D"]


def fft2f(u, p):
    x = u.transpose(1, 2).contiguous()
    return Convolution.apply(x, kernel(*prepare(p), u.shape[1])).transpose(1, 2) + u * p["D"]


class Carry(torch.autograd.Function):
    """x_{k+1} = a x_k + v_k from zero; gives x_0 ... x_{K-1}. v (K, B, H, N), a (H, N)."""

    @staticmethod
    def forward(ctx, a, v):
        x = torch.empty_like(v)
        x[0] = 0
        rows, inputs = x.unbind(0), v.unbind(0)
        for k in range(1, len(rows)):
            torch.addcmul(inputs[k - 1], a, rows[k - 1], out=rows[k])
        ctx.save_for_backward(a, x)
        return x

    @staticmethod
    def backward(ctx, gx):
        a, x = ctx.saved_tensors
        gv = torch.empty_like(gx)
        gv[-1] = 0
        rows, inputs, conjugate = gv.unbind(0), gx.unbind(0), torch.conj_physical(a)
        for k in range(len(rows) - 2, -1, -1):
            torch.addcmul(inputs[k + 1], conjugate, rows[k + 1], out=rows[k])
        return (gv * x.conj()).sum((0, 1)), gv


def chunked(u, p, carry):
    batch, length, size = u.shape
    z, c = prepare(p)
    states, q = z.shape[1], CHUNK
    padded = F.pad(u, (0, 0, 0, -length % q))
    chunks = padded.shape[1] // q
    rows = padded.view(batch, chunks, q, size).permute(3, 1, 0, 2).reshape(size, chunks * batch, q)
    inputs = table(z, torch.ones_like(z), q)
    ends = torch.bmm(rows, inputs.flip(1)).view(size, chunks, batch, 2, states).permute(1, 2, 0, 4, 3)
    x = carry((z * q).exp().to(torch.complex64), torch.view_as_complex(ends.contiguous()))
    x = torch.view_as_real(x).permute(2, 0, 1, 4, 3).reshape(size, chunks * batch, 2 * states)
    # (Re, -Im) of c exp(z (j + 1)), as rows of a real product with the states' planes
    outputs = torch.cat([torch.ones(states), -torch.ones(states)]) * table(z, c * z.exp(), q)
    k = table(z, c, q)[..., :states].sum(2)
    lag = torch.arange(q)[None] - torch.arange(q)[:, None]
    toeplitz = k[:, lag.clamp(min=0)] * (lag >= 0)
    y = torch.baddbmm(torch.bmm(rows, toeplitz), x, outputs.transpose(1, 2))
    return y.view(size, chunks, batch, q).permute(2, 1, 3, 0).reshape(batch, -1, size)[:, :length] + u * p["D"]


def square(a, v):
    """Carry by the square scan, with autograd."""
    shape = v.shape
    x = scans.PLAIN["sq"](a.reshape(-1), v.transpose(0, 1).reshape(shape[1], shape[0], -1))
    return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1).reshape(shape[1], shape[0], *shape[2:]).transpose(0, 1)


FORMS = {"fft2": fft2, "fft2f": fft2f, "ck": lambda u, p: chunked(u, p, square), "ckf": lambda u, p: chunked(u, p, Carry.apply)}
