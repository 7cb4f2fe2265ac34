"""Classical machine learning."""

from __future__ import annotations

from quizcv.items.classical import (
    adaboost,
    bayes_rule,
    bootstrap,
    covariance,
    cross_validation,
    distances,
    distributed_mean,
    ensemble,
    gini,
    information_gain,
    kmeans,
    knn,
    linear_fit,
    logistic,
    min_max_scale,
    naive_bayes,
    pca,
    standardise,
    svm,
)
from quizcv.items.model import ItemModel

MODELS: tuple[ItemModel, ...] = (
    cross_validation.MODEL,
    standardise.MODEL,
    min_max_scale.MODEL,
    covariance.MODEL,
    distances.MODEL,
    knn.MODEL,
    kmeans.MODEL,
    distributed_mean.MODEL,
    pca.MODEL,
    linear_fit.MODEL,
    logistic.MODEL,
    svm.MODEL,
    bayes_rule.MODEL,
    naive_bayes.MODEL,
    information_gain.MODEL,
    gini.MODEL,
    bootstrap.MODEL,
    ensemble.MODEL,
    adaboost.MODEL,
)
