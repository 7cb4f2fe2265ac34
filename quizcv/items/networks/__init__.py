"""Known networks: their layers, totals and receptive fields, and what changes when something in them does."""

from quizcv.items.networks import (
    network_activations,
    network_field,
    network_input_change,
    network_kernel_change,
    network_output,
    network_params,
    network_share,
    network_smallest_input,
    network_stage_macs,
    network_stride_move,
    network_total,
)

MODELS = (
    network_output.MODEL,
    network_params.MODEL,
    network_share.MODEL,
    network_total.MODEL,
    network_stage_macs.MODEL,
    network_activations.MODEL,
    network_field.MODEL,
    network_smallest_input.MODEL,
    network_input_change.MODEL,
    network_kernel_change.MODEL,
    network_stride_move.MODEL,
)
