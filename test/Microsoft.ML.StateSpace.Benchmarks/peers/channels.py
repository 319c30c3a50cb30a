"""Layers whose channels are systems by themselves, y = k * u, over (B, T, H); here S4D, with the parameters of the library: LambdaReLog, LambdaIm (H, N), LogStep, D (H), C (H, 2, N).

Two ways. By FFT, channels first, (H, B, T), the gradient that of autograd or written by hand (Convolution). And by chunks of Q steps, (H, chunks x B, Q), with batched real matrix
products: u to the states between chunks, states and u to y. D is added to k_0.

Forms of S4D: the kernel made in two levels, with autograd (fft2) and with the hand-written convolution (fft2f); chunks, with the states between them by a square scan (ck), or by a
loop in place with a hand-written gradient (ckf).
"""
import torch
import torch.nn.functional as F

import scans

CHUNK = 64


class Convolution(torch.autograd.Function):
    """The first T samples of k * u, with u (H, B, T) and k (H, T)."""

    @staticmethod
    def forward(ctx, u, k):
        size = 2 * u.shape[-1]
        uf, kf = torch.fft.rfft(u, size), torch.fft.rfft(k, size).unsqueeze(1)
        ctx.save_for_backward(uf, kf)
        return torch.fft.irfft(uf * kf, size)[..., :u.shape[-1]]

    @staticmethod
    def backward(ctx, gy):
        uf, kf = ctx.saved_tensors
        length = gy.shape[-1]
        gf = torch.fft.rfft(gy, 2 * length)
        gu = torch.fft.irfft(gf * kf.conj(), 2 * length)[..., :length]
        gk = torch.fft.irfft((gf * uf.conj()).sum(1), 2 * length)[..., :length]
        return gu, gk


def convolve(u, k):
    """The same by autograd."""
    length = u.shape[-1]
    spectrum = torch.fft.rfft(u, 2 * length) * torch.fft.rfft(k, 2 * length).unsqueeze(1)
    return torch.fft.irfft(spectrum, 2 * length)[..., :length]


def fed(k, d):
    """k with d in its first place."""
    return torch.cat([k[:, :1] + d[:, None], k[:, 1:]], 1)


def convolved(u, k, convolution):
    return convolution(u.permute(2, 0, 1).contiguous(), k).permute(1, 2, 0)


def split(u, q):
    """(B, T, H) to chunks, (H, chunks x B, Q)."""
    batch, length, size = u.shape
    padded = F.pad(u, (0, 0, 0, -length % q))
    return padded.view(batch, -1, q, size).permute(3, 1, 0, 2).reshape(size, -1, q)


def join(rows, batch, length):
    size, _, q = rows.shape
    return rows.view(size, -1, batch, q).permute(2, 1, 3, 0).reshape(batch, -1, size)[:, :length]


def hankel(k, q, first):
    """k_{first + i + j}, (H, Q, Q), zero outside of k."""
    padded = F.pad(k[:, max(first, 0):first + 2 * q - 1], (max(-first, 0), 0))
    return F.pad(padded, (0, 2 * q - 1 - padded.shape[1])).unfold(1, q, 1).contiguous()


def chunked(rows, batch, inputs, outputs, k, carry):
    """y in chunks. Inputs (H, Q, S): what the step before the chunk's end, the one before that, ... bring to the states; outputs (H, Q, S): what the chunk's steps take from them;
    k (H, Q); carry: from what chunks bring, (H, chunks, B, S), to the states that enter them, alike."""
    q = rows.shape[2]
    turned = rows.flip(2)
    x = carry(torch.bmm(turned, inputs).view(rows.shape[0], -1, batch, inputs.shape[2]))
    return torch.baddbmm(torch.bmm(turned, hankel(k, q, 1 - q)), x.reshape(*rows.shape[:2], -1), outputs.transpose(1, 2))


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


def read_out(states):
    """The signs of Re(C x) as a real product."""
    return torch.cat([torch.ones(states), -torch.ones(states)])


def kernel(p, length):
    """K_l = Re sum_n c_n exp(z_n l), (H, length), from powers within blocks and powers across them."""
    z, c = prepare(p)
    block = scans.chunk(length)
    fine = table(z, torch.ones_like(z), block)
    coarse = table(z * block, c, (length + block - 1) // block) * read_out(z.shape[1])
    return fed(torch.bmm(coarse, fine.transpose(1, 2)).reshape(z.shape[0], -1)[:, :length], p["D"])


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


def square(a, v):
    """Carry by the square scan, with autograd."""
    shape = v.shape
    x = scans.PLAIN["sq"](a.reshape(-1), v.transpose(0, 1).reshape(shape[1], shape[0], -1))
    return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1).reshape(shape[1], shape[0], *shape[2:]).transpose(0, 1)


def s4d_rows(rows, batch, p, scan):
    """S4D in chunks."""
    z, c = prepare(p)
    states, q = z.shape[1], rows.shape[2]

    def carry(ends):
        v = ends.view(*ends.shape[:3], 2, states).permute(1, 2, 0, 4, 3).contiguous()
        x = scan((z * q).exp().to(torch.complex64), torch.view_as_complex(v))
        return torch.view_as_real(x).permute(2, 0, 1, 4, 3).flatten(3)

    # (Re, -Im) of c exp(z (j + 1)), as rows of a real product with the states' planes
    k = fed(table(z, c, q)[..., :states].sum(2), p["D"])
    return chunked(rows, batch, table(z, torch.ones_like(z), q), table(z, c * z.exp(), q) * read_out(states), k, carry)


def in_chunks(u, p, scan):
    return join(s4d_rows(split(u, CHUNK), u.shape[0], p, scan), *u.shape[:2])


FORMS = {
    "fft2": lambda u, p: convolved(u, kernel(p, u.shape[1]), convolve),
    "fft2f": lambda u, p: convolved(u, kernel(p, u.shape[1]), Convolution.apply),
    "ck": lambda u, p: in_chunks(u, p, square),
    "ckf": lambda u, p: in_chunks(u, p, Carry.apply),
}
