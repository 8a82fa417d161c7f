"""Average precision of instances, AP = TP / (TP + FP + FN), as the 2018 Data Science Bowl counts it."""

import numpy as np

THRESHOLDS = np.arange(10, 19) / 20  # 0.5, 0.55, ..., 0.9


def counts(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Label maps [h, w] -> [9, 3]: true positives, false positives and false negatives at IoU > each of THRESHOLDS.
    Above 0.5 a nucleus has at most one partner, so counting pairs is matching them."""
    (p, found), (t, there) = dense(predicted), dense(truth)
    both = np.bincount(p * (there + 1) + t, minlength=(found + 1) * (there + 1)).reshape(found + 1, there + 1)
    union = both.sum(1, keepdims=True) + both.sum(0, keepdims=True) - both
    iou = (both / np.maximum(union, 1))[1:, 1:]
    hits = np.array([(iou > threshold).sum() for threshold in THRESHOLDS])
    return np.stack([hits, found - hits, there - hits], 1)


def dense(labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Flattened labels renumbered 1..n without gaps (0 stays 0), and n."""
    used = np.bincount(labels.ravel()) > 0
    used[0] = False
    return np.where(used, used.cumsum(), 0)[labels.ravel()], int(used.sum())


def average_precision(table: np.ndarray) -> np.ndarray:
    """[..., 3] -> [...]; an empty image that is found empty scores 1."""
    total = table.sum(-1)
    return np.where(total > 0, table[..., 0] / np.maximum(total, 1), 1.0)


def bootstrap(values: np.ndarray, seed: int = 0, rounds: int = 10_000) -> tuple[float, float]:
    """95 % interval of the mean over images."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(len(values), size=(rounds, len(values)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
