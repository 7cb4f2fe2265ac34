"""How weights begin."""

from quizcv.items.initialisation import (
    default_init,
    fan_in_out,
    gain,
    kaiming,
    lstm_init,
    uniform_variance,
    variance_after_layer,
    xavier,
)

MODELS = (
    uniform_variance.MODEL,
    variance_after_layer.MODEL,
    fan_in_out.MODEL,
    gain.MODEL,
    *xavier.MODELS,
    *kaiming.MODELS,
    default_init.MODEL,
    lstm_init.MODEL,
)
