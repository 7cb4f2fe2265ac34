"""Steps of Adam and its kin, made by those of `torch.optim`."""

from __future__ import annotations

from typing import Any

import torch
from torch.optim import Adam, Adamax, AdamW, NAdam

from quizcv.reference._solve import solve
from quizcv.reference.engine import How, witness
from quizcv.reference.optimizers import run, stepped, weight
from quizcv.specs import adam as of

#: Where Adam keeps the moments.
_STATE = {"m": "exp_avg", "v": "exp_avg_sq"}


def _options(s: of.Adam) -> dict[str, Any]:
    return {"lr": s.lr, "betas": (s.beta1, s.beta2), "eps": s.eps}


@witness(of.Adam, How.OPERATION)
def adam(s: of.Adam) -> float:
    return run(Adam, s.w, s.grads, **_options(s))


@witness(of.AdamRate, How.BRUTE_FORCE)
def adam_at_rates(s: of.AdamRate) -> float:
    return solve(
        lambda lr: run(Adam, s.w, s.grads, lr=abs(lr), betas=(s.beta1, s.beta2), eps=s.eps), s.w_new, 0.01, 0.1
    )


def _moment(grads: tuple[float, ...], name: str, beta1: float, beta2: float) -> float:
    w = weight(0.0)
    optimizer = Adam([w], betas=(beta1, beta2), foreach=False)
    stepped(optimizer, w, grads)
    return float(optimizer.state[w][name].item())


@witness(of.AdamMoment, How.OPERATION)
def moment(s: of.AdamMoment) -> float:
    """The bias correction is what the same moment of gradients that are all 1 has reached."""
    name = _STATE[s.of[0]]
    value = _moment(s.grads, name, s.beta1, s.beta2)
    return value / _moment((1.0,) * len(s.grads), name, s.beta1, s.beta2) if s.of.endswith("hat") else value


@witness(of.AdamGradient, How.BRUTE_FORCE)
def gradients_tried(s: of.AdamGradient) -> float:
    def after(grad: float) -> float:
        w = weight(0.0)
        optimizer = Adam([w], betas=(s.beta1, 0.999), foreach=False)
        state = {"step": torch.tensor(1.0), "exp_avg": torch.tensor([s.m_prev]), "exp_avg_sq": torch.tensor([1.0])}
        optimizer.state[w] = state
        stepped(optimizer, w, [grad])
        return state["exp_avg"].item()

    return solve(after, s.m_new, 0.0, 1.0)


@witness(of.AmsGrad, How.OPERATION)
def amsgrad(s: of.AmsGrad) -> float:
    return run(Adam, s.w, s.grads, amsgrad=True, **_options(s))


@witness(of.AmsGradGap, How.OPERATION)
def with_and_without_amsgrad(s: of.AmsGradGap) -> float:
    plain, largest = (run(Adam, s.w, s.grads, amsgrad=amsgrad, **_options(s)) for amsgrad in (False, True))
    return largest - plain


@witness(of.AdamW, How.OPERATION)
def adamw(s: of.AdamW) -> float:
    return run(AdamW, s.w, s.grads, weight_decay=s.weight_decay, **_options(s))


@witness(of.AdamWDecay, How.BRUTE_FORCE)
def adamw_at_decays(s: of.AdamWDecay) -> float:
    def after(decay: float) -> float:
        return run(AdamW, s.w, [s.grad], lr=s.lr, betas=(s.beta1, s.beta2), eps=s.eps, weight_decay=abs(decay))

    return solve(after, s.w_new, 0.01, 0.1)


@witness(of.AdamL2, How.OPERATION)
def adam_with_decay(s: of.AdamL2) -> float:
    return run(Adam, s.w, s.grads, weight_decay=s.weight_decay, **_options(s))


@witness(of.DecayGap, How.OPERATION)
def both_decays(s: of.DecayGap) -> float:
    coupled, decoupled = (run(kind, s.w, s.grads, weight_decay=s.weight_decay, **_options(s)) for kind in (Adam, AdamW))
    return decoupled - coupled


@witness(of.Adamax, How.OPERATION)
def adamax(s: of.Adamax) -> float:
    return run(Adamax, s.w, s.grads, **_options(s))


@witness(of.AdamaxMemory, How.BRUTE_FORCE)
def adamax_until_forgotten(s: of.AdamaxMemory) -> int:
    """Steps with the small gradient until the norm is the small gradient's own."""
    alone = weight(0.0)
    reached = Adamax([alone], betas=(0.9, s.beta2), eps=s.eps, foreach=False)
    stepped(reached, alone, [s.grad])
    w, count = weight(0.0), 0
    optimizer = Adamax([w], betas=(0.9, s.beta2), eps=s.eps, foreach=False)
    stepped(optimizer, w, [s.spike])
    while optimizer.state[w]["exp_inf"] > reached.state[alone]["exp_inf"]:
        stepped(optimizer, w, [s.grad])
        count += 1
    return count


@witness(of.NAdam, How.OPERATION)
def nadam(s: of.NAdam) -> float:
    return run(NAdam, s.w, s.grads, momentum_decay=s.momentum_decay, **_options(s))


@witness(of.NAdamGap, How.OPERATION)
def nadam_and_adam(s: of.NAdamGap) -> float:
    ahead = run(NAdam, s.w, s.grads, momentum_decay=s.momentum_decay, **_options(s))
    return ahead - run(Adam, s.w, s.grads, **_options(s))
