"""The val images with the lowest AP@0.5, above as they are, below with outlines: green a nucleus that is found, red one that is missed, yellow a spurious one.

`python failures.py --data DIR --model model.safetensors --card card.json --out failures.webp`
"""

import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import Sample, boundary_map, load_split, normalise, percentiles
from evaluate import of_card
from mamba_unet.export import load_exported
from mamba_unet.model import NUCLEI
from mamba_unet.sheet import command_line, write_sheet
from postprocess import instances
from score import average_precision, counts
from train import predict

SIDE = 192  # pixels of an image that are shown
STEP = 32
GREEN, RED, YELLOW = (70, 220, 90), (255, 50, 50), (255, 220, 0)


def partners(labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """[h, w] whether a pixel belongs to an instance of `labels` that has a partner in `others`: their IoU is above 0.5."""
    size, other_size = np.bincount(labels.ravel()), np.bincount(others.ravel())
    pairs, both = np.unique(np.stack([labels.ravel(), others.ravel()]), axis=1, return_counts=True)
    union = size[pairs[0]] + other_size[pairs[1]] - both
    good = (pairs > 0).all(0) & (both > 0.5 * union)
    return np.isin(labels, pairs[0, good])


def pictures(sample: Sample, found: np.ndarray) -> list[np.ndarray]:
    """The part of an image with most pixels in missed and spurious nuclei, without and with outlines."""
    missed = (sample.labels > 0) & ~partners(sample.labels, found)
    right = partners(found, sample.labels)
    spurious = (found > 0) & ~right
    wrong = (missed | spurious).cumsum(0).cumsum(1)
    corners = [(y, x) for y in range(0, max(missed.shape[0] - SIDE, 0) + 1, STEP) for x in range(0, max(missed.shape[1] - SIDE, 0) + 1, STEP)]

    def inside(corner: tuple[int, int]) -> int:
        (top, left), (bottom, right) = corner, (min(at + SIDE, n) - 1 for at, n in zip(corner, missed.shape))
        return wrong[bottom, right] - wrong[top, right] - wrong[bottom, left] + wrong[top, left]

    top, left = max(corners, key=inside)
    plain = (255 * normalise(sample.image, *percentiles(sample.image))).astype(np.uint8)
    drawn = plain.copy()
    for labels, which, colour in ((sample.labels, missed, RED), (found, spurious, YELLOW), (found, right, GREEN)):
        drawn[boundary_map(labels) & which] = colour
    return [picture[top : top + SIDE, left : left + SIDE] for picture in (plain, drawn)]


def main() -> None:
    options = command_line()
    torch.set_num_threads(1)
    model = load_exported(NUCLEI, options.model).to(memory_format=torch.channels_last)
    samples = load_split(options.data, "val")
    parameters = of_card(options.card)
    found = [instances(predict(model, sample.image), parameters) for sample in samples]
    merit = [average_precision(counts(f, s.labels))[0] for f, s in zip(found, samples)]
    worst = np.argsort(merit)[: options.count]
    for i in worst:
        print(f"{samples[i].name}  AP@0.5 {merit[i]:.3f}")
    write_sheet([pictures(samples[i], found[i]) for i in worst], options.out)


if __name__ == "__main__":
    main()
