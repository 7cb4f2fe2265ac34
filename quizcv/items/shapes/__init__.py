"""Sizes and shapes of what layers give."""

from quizcv.items.shapes import conv_output

MODELS = (conv_output.MODEL,)
