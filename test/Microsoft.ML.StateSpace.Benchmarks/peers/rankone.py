"""S4 over (B, T, H), with the parameters of the library: LambdaReLog, LambdaIm (H, N), P, B, C (H, 2, N), LogStep, D (H); A = Lambda - P P^*, N states and their conjugate partners.

Forms. The kernel as published, by the generating function at the roots of unity, Cauchy sums and Woodbury's identity, with C (I - A^T) from powers of the sampled dense matrix, with
autograd (cauchy), or with hand-written gradients of the sums, some channels at a time so that they stay in the cache, and of the convolution (cauchyf). The kernel in two levels from
the same powers of the dense matrix, k_{qi+j} = (c A^{qi}) (A^j b) (fft2, fft2f). And no kernel but chunks, between them the dense matrix, in a loop with a hand-written gradient (ckf).
Powers are made in double, of the real matrix of order 2N.
"""
import math

import torch

import channels
import scans

BLOCK = 1 << 18  # elements of a Cauchy matrix that are worked on at a time


def planes(p, name):
    return torch.complex(p[name][:, 0], p[name][:, 1]).to(torch.complex128)


def poles(p):
    return torch.complex(-p["LambdaReLog"].double().exp(), p["LambdaIm"].double())


def sampled(p):
    """The sampled system over (real parts, imaginary parts), by the bilinear map: A (H, 2N, 2N), b (H, 2N, 1), c (H, 1, 2N)."""
    lam, low, b, c = poles(p), planes(p, "P"), planes(p, "B"), planes(p, "C")
    a = 2 / p["LogStep"].double().exp()[:, None]
    g = 1 / (a - lam)
    h = g * low
    w = 1 / (1 + 2 * (low.conj() * h).real.sum(1, keepdim=True))
    f, r = 2 * a * g - 1, 4 * a * w * low.conj() * g
    b = 2 * g * b - w * 4 * (low.conj() * g * b).real.sum(1, keepdim=True) * h
    rows = torch.cat([torch.cat([f.real.diag_embed(), -f.imag.diag_embed()], 2), torch.cat([f.imag.diag_embed(), f.real.diag_embed()], 2)], 1)
    matrix = rows - torch.cat([h.real, h.imag], 1)[:, :, None] * torch.cat([r.real, -r.imag], 1)[:, None]
    return matrix, torch.cat([b.real, b.imag], 1)[:, :, None], 2 * torch.cat([c.real, -c.imag], 1)[:, None]


def krylov(matrix, columns, count):
    """A^j b, j = 0 ... count - 1, (H, 2N, count), and A^count, by doubling; count is a power of two."""
    while columns.shape[2] < count:
        columns = torch.cat([columns, torch.bmm(matrix, columns)], 2)
        matrix = torch.bmm(matrix, matrix)
    return columns, matrix


def two_level(p, length):
    matrix, b, c = sampled(p)
    block = scans.chunk(length)
    fine, power = krylov(matrix, b, block)
    coarse, _ = krylov(power.transpose(1, 2), c.transpose(1, 2), 1 << math.ceil(math.log2(-(-length // block))))
    return channels.fed(torch.bmm(coarse.transpose(1, 2).float(), fine.float()).flatten(1)[:, :length], p["D"])


def inverse(square, real, a, sine, cosine):
    """The planes of 1 / ((i a s - c lam) (i a s - c conj lam))."""
    re = torch.addcmul(-(a * sine).square().unsqueeze(1), square.unsqueeze(2), cosine.square())
    im = real.unsqueeze(2) * (-2 * a * sine * cosine).unsqueeze(1)
    scale = torch.addcmul(re.square(), im, im).reciprocal_()
    return re * scale, -im * scale


def sums(coefficients, square, real, a, sine, cosine):
    """sum_n coefficients (H, K, N) / ((i a s - c lam_n) (i a s - c conj lam_n)) over frequencies, real and imaginary planes (H, K, F); |lam|^2 and Re lam (H, N), a (H, 1)."""
    re, im = inverse(square, real, a, sine, cosine)
    return torch.bmm(coefficients, re), torch.bmm(coefficients, im)


class Sums(torch.autograd.Function):
    @staticmethod
    def forward(ctx, coefficients, square, real, a, sine, cosine):
        ctx.save_for_backward(coefficients, square, real, a, sine, cosine)
        ctx.step = max(1, BLOCK // (square.shape[1] * sine.shape[0]))
        blocks = zip(*(each.split(ctx.step) for each in (coefficients, square, real, a)))
        parts = zip(*(sums(*block, sine, cosine) for block in blocks))
        return tuple(torch.cat(each) for each in parts)

    @staticmethod
    def backward(ctx, gre, gim):
        coefficients, square, real, a, sine, cosine = ctx.saved_tensors
        results = []
        for c, s, r, b, gr, gi in zip(*(each.split(ctx.step) for each in (coefficients, square, real, a, gre, gim))):
            re, im = inverse(s, r, b, sine, cosine)
            gc = torch.baddbmm(torch.bmm(gr, re.transpose(1, 2)), gi, im.transpose(1, 2))
            # of 1 / (x + iy): -(gr + i gi) conj(re + i im)^2
            dr, di = torch.bmm(c.transpose(1, 2), gr), torch.bmm(c.transpose(1, 2), gi)
            two, one = 2 * re * im, torch.addcmul(im.square(), re, re, value=-1)
            x = torch.addcmul(dr * one, di, two, value=-1)
            y = torch.addcmul(dr * two, di, one)
            turn = y @ (sine * cosine)
            ga = -2 * (b[:, 0] * (x.sum(1) @ sine.square()) + (r * turn).sum(1))
            results.append((gc, x @ cosine.square(), -2 * b * turn, ga[:, None]))
        return *(torch.cat(each) for each in zip(*results)), None, None


def generating(p, length, sums):
    """The kernel from its spectrum, 1 + w = 2 c exp(-i theta / 2), 1 - w = 2 i s exp(-i theta / 2): exp(i theta / 2) (Y_cb - c Y_cp Y_pb / (1 + c Y_pp)), where
    Y_v = 2 sum_n (i a s Re v - c Re(v conj lam)) / ((i a s - c lam) (i a s - c conj lam))."""
    lam, low, b = poles(p), planes(p, "P"), planes(p, "B")
    matrix, _, row = sampled(p)
    first, second = (row - torch.bmm(row, torch.linalg.matrix_power(matrix, length))).squeeze(1).chunk(2, 1)
    c = torch.complex(first, -second) / 2
    v = torch.stack([c * b, c * low, low.conj() * b, low.conj() * low], 1)
    half = math.pi / length * torch.arange(length // 2 + 1, dtype=torch.float64)
    sine, cosine = half.sin().float(), half.cos().float()
    a = 2 / p["LogStep"].double().exp()[:, None]
    coefficients = 2 * torch.cat([a.unsqueeze(2) * v.real, -(v * lam.conj().unsqueeze(1)).real], 1)
    re, im = sums(coefficients.float(), (lam * lam.conj()).real.float(), lam.real.float(), a.float(), sine, cosine)
    # i s times the first four, c times the last
    y = torch.complex(torch.addcmul(re[:, 4:] * cosine, im[:, :4], sine, value=-1), torch.addcmul(im[:, 4:] * cosine, re[:, :4], sine))
    cb, cp, pb, pp = y.unbind(1)
    spectrum = torch.polar(torch.ones_like(sine), half.float()) * (cb - cosine * cp * pb / (1 + cosine * pp))
    return channels.fed(torch.fft.irfft(spectrum, length), p["D"])


class DenseCarry(torch.autograd.Function):
    """x_{k+1} = A x_k + v_k from zero; gives x_0 ... x_{K-1}. v (K, H, B, S), A (H, S, S)."""

    @staticmethod
    def forward(ctx, matrix, v):
        x = torch.empty_like(v)
        x[0] = 0
        transposed = matrix.transpose(1, 2).contiguous()
        rows, inputs = x.unbind(0), v.unbind(0)
        for k in range(1, len(rows)):
            torch.baddbmm(inputs[k - 1], rows[k - 1], transposed, out=rows[k])
        ctx.save_for_backward(matrix, x)
        return x

    @staticmethod
    def backward(ctx, gx):
        matrix, x = ctx.saved_tensors
        gv = torch.empty_like(gx)
        gv[-1] = 0
        rows, inputs = gv.unbind(0), gx.contiguous().unbind(0)
        for k in range(len(rows) - 2, -1, -1):
            torch.baddbmm(inputs[k + 1], rows[k + 1], matrix, out=rows[k])
        left, right = (each.transpose(0, 1).flatten(1, 2) for each in (gv, x))
        return torch.bmm(left.transpose(1, 2), right), gv


def in_chunks(u, p):
    q = min(2 * scans.chunk(u.shape[1]), 256)
    matrix, b, c = sampled(p)
    inputs, power = krylov(matrix, b, q)
    outputs, _ = krylov(matrix.transpose(1, 2), c.transpose(1, 2), q)
    k = channels.fed(torch.bmm(b.transpose(1, 2), outputs).squeeze(1).float(), p["D"])
    power = power.float()

    def carry(ends):
        return DenseCarry.apply(power, ends.permute(1, 0, 2, 3).contiguous()).transpose(0, 1)

    tables = [each.transpose(1, 2).float() for each in (inputs, torch.bmm(matrix.transpose(1, 2), outputs))]
    return channels.join(channels.chunked(channels.split(u, q), u.shape[0], *tables, k, carry), *u.shape[:2])


FORMS = {
    "cauchy": lambda u, p: channels.convolved(u, generating(p, u.shape[1], sums), channels.convolve),
    "cauchyf": lambda u, p: channels.convolved(u, generating(p, u.shape[1], Sums.apply), channels.Convolution.apply),
    "fft2": lambda u, p: channels.convolved(u, two_level(p, u.shape[1]), channels.convolve),
    "fft2f": lambda u, p: channels.convolved(u, two_level(p, u.shape[1]), channels.Convolution.apply),
    "ckf": in_chunks,
}
