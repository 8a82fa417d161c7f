"""Intersection over union of classes, pixels pooled over all photographs."""

import numpy as np


def confusion(predicted: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """[h, w] each -> [classes, classes] pixel counts, [truth, predicted]"""
    return np.bincount(truth.ravel().astype(np.int64) * classes + predicted.ravel(), minlength=classes**2).reshape(classes, classes)


def iou(confusion: np.ndarray) -> np.ndarray:
    """[..., classes, classes] -> [..., classes]; NaN where a class occurs neither in the truth nor in the prediction."""
    both = np.diagonal(confusion, axis1=-2, axis2=-1).astype(float)
    union = confusion.sum(-1) + confusion.sum(-2) - both
    return np.divide(both, union, out=np.full(both.shape, np.nan), where=union > 0)
