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
    kmeans,
    knn,
    linear_fit,
    logistic,
    naive_bayes,
    pca,
    scaling,
    svm,
    trees,
)
from quizcv.items.model import ItemModel

MODELS: tuple[ItemModel, ...] = (
    cross_validation.MODEL,
    *scaling.MODELS,
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
    *trees.MODELS,
    bootstrap.MODEL,
    ensemble.MODEL,
    adaboost.MODEL,
)
