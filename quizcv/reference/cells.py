"""Recurrent cells and attention: the modules with the weights of the question."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizcv.reference.engine import How, witness
from quizcv.specs.cells import (
    AttentionOutput,
    AttentionWeight,
    CausalAttention,
    GruStep,
    GruTwoSteps,
    LstmHidden,
    LstmStep,
    LstmTwoSteps,
    RnnGradient,
    RnnStep,
)
from quizcv.specs.matrices import Matrix


def _row(*values: float) -> Tensor:
    """A batch of one sample."""
    return torch.tensor([values], dtype=torch.float64)


def _filled(cell: nn.RNNCellBase, w_x: Sequence[float], w_h: Sequence[float], bias: Sequence[float]) -> None:
    """Put weights into a cell with one input and one unit; the second bias vector stays 0."""
    with torch.no_grad():
        for parameter, values in ((cell.weight_ih, w_x), (cell.weight_hh, w_h), (cell.bias_ih, bias)):
            parameter.copy_(torch.tensor(values, dtype=torch.float64).view_as(parameter))
        cell.bias_hh.zero_()


@witness(RnnStep, How.MODULE)
def rnn_cell(s: RnnStep) -> float:
    cell = nn.RNNCell(1, 1, nonlinearity=s.activation)
    _filled(cell, [s.w_x], [s.w_h], [s.bias])
    return float(cell(_row(s.x), _row(s.h)).detach())


@witness(RnnGradient, How.AUTOGRAD)
def through_time(s: RnnGradient) -> float:
    cell = nn.RNNCell(1, 1)
    _filled(cell, [s.w_x], [s.w_h], [s.bias])
    first = h = torch.zeros(1, 1, requires_grad=True)
    for x in s.x:
        h = cell(_row(x), h)
    return float(torch.autograd.grad(h, first)[0])


def _lstm(s: LstmStep | LstmTwoSteps) -> nn.LSTMCell:
    cell = nn.LSTMCell(1, 1)
    _filled(cell, s.w_x, s.w_h, s.bias)
    return cell


@witness(LstmStep, How.MODULE)
def lstm_cell_state(s: LstmStep) -> float:
    return float(_lstm(s)(_row(s.x), (_row(s.h), _row(s.c)))[1].detach())


@witness(LstmHidden, How.MODULE)
def lstm_hidden(s: LstmHidden) -> float:
    return float(_lstm(s)(_row(s.x), (_row(s.h), _row(s.c)))[0].detach())


@witness(LstmTwoSteps, How.MODULE)
def lstm_twice(s: LstmTwoSteps) -> float:
    cell = _lstm(s)
    state = cell(_row(s.x[0]))
    return float(cell(_row(s.x[1]), state)[1].detach())


@witness(GruStep, How.MODULE)
def gru_cell(s: GruStep) -> float:
    cell = nn.GRUCell(1, 1)
    _filled(cell, s.w_x, s.w_h, s.bias)
    with torch.no_grad():
        cell.bias_hh[2] = s.hidden_bias
    return float(cell(_row(s.x), _row(s.h)).detach())


@witness(GruTwoSteps, How.MODULE)
def gru_twice(s: GruTwoSteps) -> float:
    cell = nn.GRUCell(1, 1, bias=False)
    with torch.no_grad():
        cell.weight_ih.copy_(_row(*s.w_x).T)
        cell.weight_hh.copy_(_row(*s.w_h).T)
    return float(cell(_row(s.x[1]), cell(_row(s.x[0]))).detach())


def _rows(matrix: Matrix) -> Tensor:
    return torch.tensor(matrix, dtype=torch.float64)[None]


@witness(AttentionWeight, How.OPERATION)
def attention_to_one(s: AttentionWeight) -> float:
    """With a unit matrix for the values the output is the weights."""
    values = torch.eye(len(s.keys))[None]
    return float(F.scaled_dot_product_attention(_rows((s.query,)), _rows(s.keys), values)[0, 0, s.index])


@witness(AttentionOutput, How.OPERATION)
def attention(s: AttentionOutput) -> float:
    out = F.scaled_dot_product_attention(_rows((s.query,)), _rows(s.keys), _rows(s.values))
    return float(out[0, 0, s.component])


@witness(CausalAttention, How.OPERATION)
def causal_attention(s: CausalAttention) -> float:
    out = F.scaled_dot_product_attention(_rows(s.queries), _rows(s.keys), _rows(s.values), is_causal=True)
    return float(out[0, s.token, s.component])
