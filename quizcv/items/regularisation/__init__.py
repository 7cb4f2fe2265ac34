"""Dropout, decay, smoothing, normalisation."""

from quizcv.items.regularisation import dropout_scale

MODELS = (dropout_scale.MODEL,)
