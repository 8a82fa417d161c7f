"""From the network's three maps to numbered nuclei. The application does the same, step by step, so the order of every
choice is part of the definition (README, "From maps to nuclei")."""

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

EIGHT = np.ones((3, 3), bool)


@dataclass(frozen=True)
class Parameters:
    foreground: float = 0.5  # a pixel belongs to a nucleus where its foreground probability exceeds this
    seed: float = 0.5  # it may seed one where its distance exceeds this
    boundary: float = 0.5  # and its boundary probability stays below this
    min_area: int = 10  # smaller nuclei, in pixels, are dropped


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x.astype(np.float64)))


def instances(maps: np.ndarray, p: Parameters) -> np.ndarray:
    """maps [3, h, w] raw -> int32 labels [h, w], numbered from 1 in the raster order of their seeds' first pixels."""
    foreground = sigmoid(maps[0]) > p.foreground
    seeds = foreground & (maps[1] > p.seed) & (sigmoid(maps[2]) < p.boundary)
    labels, _ = ndimage.label(seeds, EIGHT)
    labels = watershed(maps[1], labels.astype(np.int32), foreground)
    area = np.bincount(labels.ravel())
    keep = area >= p.min_area
    keep[0] = False
    return np.where(keep, keep.cumsum(), 0).astype(np.int32)[labels]


def watershed(distance: np.ndarray, seeds: np.ndarray, foreground: np.ndarray) -> np.ndarray:
    """Priority flood from the seeds over the foreground, the greatest distance first and the earliest entry among equals;
    four neighbours, in the order up, left, right, down; a pixel takes the label of the pixel that reached it first."""
    h, w = distance.shape
    wide = w + 2
    pad = lambda a: np.pad(a, 1).ravel().tolist()
    height, labels, free = pad(-distance), pad(seeds), pad(foreground & (seeds == 0))
    start = np.flatnonzero(np.pad(seeds, 1))
    queue = [(height[i], order, i) for order, i in enumerate(start.tolist())]
    heapq.heapify(queue)
    order = len(queue)
    while queue:
        _, _, pixel = heapq.heappop(queue)
        for near in (pixel - wide, pixel - 1, pixel + 1, pixel + wide):
            if free[near]:
                free[near] = False
                labels[near] = labels[pixel]
                heapq.heappush(queue, (height[near], order, near))
                order += 1
    return np.array(labels, np.int32).reshape(h + 2, wide)[1:-1, 1:-1]
