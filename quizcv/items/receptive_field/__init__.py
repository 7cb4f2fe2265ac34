"""What one unit sees of the input."""

from quizcv.items.receptive_field import (
    jump,
    layers_for_field,
    pixel_windows,
    receptive_field,
    receptive_field_dilated,
    receptive_field_pooling,
    unit_centre,
)

MODELS = (
    receptive_field.MODEL,
    jump.MODEL,
    receptive_field_dilated.MODEL,
    receptive_field_pooling.MODEL,
    layers_for_field.MODEL,
    unit_centre.MODEL,
    pixel_windows.MODEL,
)
