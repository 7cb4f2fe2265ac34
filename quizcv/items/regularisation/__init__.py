"""Dropout, decay, smoothing, normalisation."""

from quizcv.items.regularisation import (
    batch_norm,
    batch_norm_eval,
    batch_norm_running,
    dropout_counts,
    dropout_scale,
    dropout_test,
    early_stopping,
    group_norm,
    layer_norm,
    norm_statistics,
    rms_norm,
    stochastic_depth,
    sync_batch_norm,
)

MODELS = (
    dropout_scale.MODEL,
    dropout_test.MODEL,
    *dropout_counts.MODELS,
    stochastic_depth.MODEL,
    early_stopping.MODEL,
    batch_norm.MODEL,
    batch_norm_running.MODEL,
    *batch_norm_eval.MODELS,
    layer_norm.MODEL,
    *group_norm.MODELS,
    rms_norm.MODEL,
    norm_statistics.MODEL,
    sync_batch_norm.MODEL,
)
