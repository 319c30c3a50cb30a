"""The L2RU layer over (B, T, H) by diagonal dilation, with the parameters of the library: NuLog, ThetaLog (N), U (2N, H), V (H, 2N), W (H, H); gain 1.

x_{t+1} = lam x_t + B u_t, y_t = Re(C x_t) + D u_t, in the formulations of scans.py: the output sees the state before the step, so that the read-out of the scan comes one row late.
The map from the parameters is computed in double by Cholesky factors, and its gradient by autograd.
"""
import torch

import scans

VARIANTS = [*scans.PLAIN, *scans.IN_PLACE]


class DelayedSystem(torch.autograd.Function):
    """The system with a hand-written backward that needs nothing but u and the states. b and c are (2N, H), real and imaginary parts interleaved; d is (H, H)."""

    @staticmethod
    def forward(ctx, u, lam, b, c, d, scan):
        x = torch.view_as_complex((u @ b.t()).view(*u.shape[:2], -1, 2))
        scan(lam, x, False)
        ctx.save_for_backward(u, lam, b, c, d, x)
        ctx.scan = scan
        y = u @ d.t()
        y[:, 1:] += (torch.view_as_real(x).flatten(2) @ c)[:, :-1]
        return y

    @staticmethod
    def backward(ctx, gy):
        u, lam, b, c, d, x = ctx.saved_tensors
        size, width = u.shape[-1], b.shape[0]
        rows = u.reshape(-1, size)
        late = torch.cat([gy[:, 1:], torch.zeros_like(gy[:, :1])], 1)
        gx = (late @ c.t()).view(*u.shape[:2], -1, 2)
        gc = torch.view_as_real(x).view(-1, width).t().mm(late.view(-1, size))
        ctx.scan(torch.conj_physical(lam), torch.view_as_complex(gx), True)
        gv = gx.view(-1, width)
        gu = torch.addmm(gv.mm(b), gy.reshape(-1, size), d).view(u.shape)
        glam = (torch.view_as_complex(gx)[:, 1:] * x[:, :-1].conj()).sum((0, 1))
        return gu, glam, gv.t().mm(rows), gc, gy.reshape(-1, size).t().mm(rows), None


def contraction(free):
    """F L^-T and L, with L L^T = I + F^T F."""
    factor = torch.linalg.cholesky(torch.eye(free.shape[1], dtype=free.dtype) + free.t() @ free)
    return remainder(free, factor), factor


def remainder(y, factor):
    """y L^-T."""
    return torch.linalg.solve_triangular(factor, y.t(), upper=False).t()


def prepare(p):
    """lam, B = Sg U, C = V Sg and D = -V Lambda^T U + L_V^-1 W L_U^-T, in double and rounded once; B and C as the scan takes them."""
    lam = torch.complex(-p["NuLog"].double().exp(), p["ThetaLog"].double().exp()).exp()
    states = lam.shape[0]
    sigma = (1 - torch.view_as_real(lam).square().sum(-1)).sqrt().repeat(2)[:, None]
    (u, inner), (v, outer), (w, _) = (contraction(free.double()) for free in (p["U"], p["V"].t(), p["W"]))
    top, bottom = u.split(states)
    turned = torch.cat([lam.real[:, None] * top + lam.imag[:, None] * bottom, lam.real[:, None] * bottom - lam.imag[:, None] * top])
    d = remainder(remainder(w, inner).t(), outer).t() - v.t() @ turned
    planes = [(sigma * each).view(2, states, -1).transpose(0, 1).reshape(2 * states, -1).float() for each in (u, v)]
    return lam.to(torch.complex64), *planes, d.float()


def l2ru(p, u, variant):
    lam, b, c, d = prepare(p)
    if variant in scans.IN_PLACE:
        return DelayedSystem.apply(u, lam, b, c, d, scans.IN_PLACE[variant])
    x = scans.PLAIN[variant](lam, torch.view_as_complex((u @ b.t()).view(*u.shape[:2], -1, 2)))
    z = torch.view_as_real(x).flatten(2) @ c
    return u @ d.t() + torch.cat([torch.zeros_like(z[:, :1]), z[:, :-1]], 1)
