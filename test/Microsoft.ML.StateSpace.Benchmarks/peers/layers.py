"""The layers over (B, T, H), with the parameters of the library; S5 and LRU here: B (2, N, H), C (H, 2, N), D (H)."""
import torch

import blocks
import certified
import channels
import gated
import rankone
import scans
import selective
import ssd


class DiagonalSystem(torch.autograd.Function):
    """y = Re(C x) + D u, x_t = lam x_{t-1} + B u_t, with a hand-written backward that needs nothing but u and x. b and c are (2N, H), real and imaginary
    parts interleaved, so that both products are real and the states need no copy."""

    @staticmethod
    def forward(ctx, u, lam, b, c, d, scan):
        x = torch.view_as_complex((u @ b.t()).view(*u.shape[:2], -1, 2))
        scan(lam, x, False)
        ctx.save_for_backward(u, lam, b, c, d, x)
        ctx.scan = scan
        return torch.view_as_real(x).flatten(2).matmul(c).addcmul_(u, d)

    @staticmethod
    def backward(ctx, gy):
        u, lam, b, c, d, x = ctx.saved_tensors
        size, width = u.shape[-1], b.shape[0]
        rows = gy.reshape(-1, size)
        gx = (gy @ c.t()).view(*u.shape[:2], -1, 2)
        gc = torch.view_as_real(x).view(-1, width).t().mm(rows)
        ctx.scan(torch.conj_physical(lam), torch.view_as_complex(gx), True)
        gv = gx.view(*u.shape[:2], width)
        gu = gv.matmul(b).addcmul_(gy, d)
        gb = gv.view(-1, width).t().mm(u.reshape(-1, size))
        glam = (torch.view_as_complex(gx)[:, 1:] * x[:, :-1].conj()).sum((0, 1))
        return gu, glam, gb, gc, (gy * u).sum((0, 1)), None


def system(u, lam, b, c, d, variant):
    """The linear system in the given formulation; b (2, N, H) and c (H, 2, N) with the sign and factor of the read-out in it."""
    b = b.transpose(0, 1).reshape(-1, u.shape[-1])
    c = c.permute(2, 1, 0).reshape(-1, u.shape[-1])
    if variant in scans.IN_PLACE:
        return DiagonalSystem.apply(u, lam, b, c, d, scans.IN_PLACE[variant])
    x = scans.PLAIN[variant](lam, torch.view_as_complex((u @ b.t()).view(*u.shape[:2], -1, 2)))
    return torch.view_as_real(x).flatten(2) @ c + u * d


def read_out(c, factor):
    """factor Re(C x) as a real product: (Re C, -Im C)."""
    return c * torch.tensor([factor, -factor])[None, :, None]


def prepare_s5(p):
    """lam, B scaled and C of S5 by zero-order hold, the N poles in double and rounded once; y = 2 Re(C x) + D u."""
    pole = torch.complex(-p["LambdaReLog"].double().exp(), p["LambdaIm"].double())
    lam = (pole * p["LogStep"].double().exp()).exp()
    b = torch.view_as_real(((lam - 1) / pole).to(torch.complex64)[:, None] * torch.complex(p["B"][0], p["B"][1])).permute(2, 0, 1)
    return lam.to(torch.complex64), b, read_out(p["C"], 2.0), p["D"]


def prepare_lru(p):
    """lam, gamma B and C of the LRU; y = Re(C x) + D u."""
    lam = torch.complex(-p["NuLog"].double().exp(), p["ThetaLog"].double().exp()).exp().to(torch.complex64)
    return lam, p["B"] * p["GammaLog"].exp()[:, None], read_out(p["C"], 1.0), p["D"]


PREPARE = {"S5": prepare_s5, "LRU": prepare_lru}


# The formulations of each kind, and the layer in one of them.
KINDS = {
    "S6": (selective.VARIANTS, selective.s6),
    "RG-LRU": (gated.VARIANTS, gated.rg_lru),
    "S4D": ([*channels.FORMS], lambda p, u, variant: channels.FORMS[variant](u, p)),
    "S4": ([*rankone.FORMS], lambda p, u, variant: rankone.FORMS[variant](u, p)),
    "L2RU": (certified.VARIANTS, certified.l2ru),
    "Mamba": (selective.VARIANTS, blocks.mamba),
    "H3": ([*blocks.H3_FORMS], lambda p, u, variant: blocks.H3_FORMS[variant](p, u)),
}


def of(kind):
    if kind.startswith("SSD"):
        return ssd.VARIANTS, ssd.ssd
    if kind in KINDS:
        return KINDS[kind]
    return [*scans.PLAIN, *scans.IN_PLACE], lambda p, u, variant: system(u, *PREPARE[kind](p), variant)


def variants(kind):
    return of(kind)[0]


def layer(kind, parameters, u, variant):
    return of(kind)[1](parameters, u, variant)
