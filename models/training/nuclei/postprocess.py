"""From the network's three maps to numbered nuclei. The application does the same, step by step, so the order of every
choice is part of the definition (README, "From maps to nuclei")."""

from dataclasses import dataclass

import numpy as np

STEPS = 32768  # of a height of 1
TOP = 65535  # the highest step


@dataclass(frozen=True)
class Parameters:
    foreground: float = 0.6  # a pixel belongs to a nucleus where its foreground probability exceeds this
    seed: float = 0.45  # a nucleus rises above this
    depth: float = 0.25  # and by this above the pass to a higher one
    rim: float = 0.2  # by how much a certain boundary lowers a pixel
    min_area: int = 20  # smaller nuclei, in pixels, are dropped
    sure: float = 0.87  # and those whose mean foreground probability, in steps of 1/255, is below this


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x.astype(np.float64)))


def instances(maps: np.ndarray, p: Parameters) -> np.ndarray:
    """maps [3, h, w] raw -> int32 labels [h, w], numbered from 1 in the raster order of their first pixels."""
    height = np.floor((maps[1] - p.rim * sigmoid(maps[2])) * STEPS)
    inside = sigmoid(maps[0])
    labels = basins(np.clip(height, 0, TOP).astype(np.int64), inside > p.foreground, p.seed * STEPS, p.depth * STEPS)
    roots, first, inverse, area = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    surety = np.bincount(inverse.ravel(), np.floor(255 * inside + 0.5).ravel())
    keep = (roots >= 0) & (area >= p.min_area) & (surety >= 255 * p.sure * area)
    numbers = np.zeros(len(roots), np.int32)
    numbers[sorted(np.flatnonzero(keep), key=first.__getitem__)] = np.arange(keep.sum()) + 1
    return numbers[inverse].reshape(labels.shape)


def basins(height: np.ndarray, foreground: np.ndarray, seed: float, depth: float) -> np.ndarray:
    """Watershed by merging (README): [h, w] the place, in raster order, of the highest pixel of the nucleus that each pixel belongs to, -1 outside."""
    h, w = height.shape
    wide = w + 2
    levels = np.pad(height, 1).ravel()
    order = np.flatnonzero(np.pad(foreground, 1))
    order = order[np.argsort(-levels[order], kind="stable")]
    level = levels.tolist()
    parent = [-1] * len(level)

    def root(pixel: int) -> int:
        while parent[pixel] != pixel:
            parent[pixel] = pixel = parent[parent[pixel]]
        return pixel

    for pixel in order.tolist():
        near = [n for n in (pixel - wide, pixel - 1, pixel + 1, pixel + wide) if parent[n] >= 0]
        parent[pixel] = own = root(max(near, key=level.__getitem__)) if near else pixel
        for other in map(root, near):
            if other == own:
                continue
            low, high = sorted((own, other), key=lambda peak: (level[peak], -peak))
            if level[low] <= seed or level[low] - level[pixel] < depth:
                parent[low] = own = high
    result = np.full(len(level), -1)
    for pixel in order.tolist():
        peak = root(pixel)
        if level[peak] > seed:
            result[pixel] = peak
    return result.reshape(h + 2, wide)[1:-1, 1:-1]
