"""Parameters, multiply-accumulates, neurons, connections, bytes: of single layers, and of the blocks networks are made of."""

from quizcv.items.counting import blocks, layers

MODELS = (*layers.MODELS, *blocks.MODELS)
