"""Photographs of streets with the class of each pixel, and the random views of them that the network is trained on.

A folder of data holds `split.tsv` (id, split), `classes.txt` (a name a line; the first is what is not looked for),
`images/<id>.jpg` and `masks/<id>.png` (8 bits, the number of the class)."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image

MEAN = np.array([123.675, 116.28, 103.53], np.float32)  # of 8-bit red, green and blue, ImageNet's
STD = np.array([58.395, 57.12, 57.375], np.float32)
OUTSIDE = 255  # the class of what lies outside of a photograph
LEVELS = np.arange(256, dtype=np.float32) / 255
CENTRED = 0.5  # share of the views that are placed around a pixel of a class, rare or not
GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass
class Sample:
    name: str
    image: np.ndarray  # uint8 [h, w, 3]
    classes: np.ndarray  # uint8 [h, w]

    @cached_property
    def shown(self) -> np.ndarray:
        """The classes in it."""
        return np.unique(self.classes)


def load_split(data: Path, split: str) -> list[Sample]:
    with open(data / "split.tsv") as file:
        names = [row["id"] for row in csv.DictReader(file, delimiter="\t") if row["split"] == split]
    return [load_sample(data, name) for name in names]


def load_sample(data: Path, name: str) -> Sample:
    image = Image.open(data / "images" / f"{name}.jpg").convert("RGB")
    return Sample(name, np.asarray(image), np.asarray(Image.open(data / "masks" / f"{name}.png")))


def shares(samples: list[Sample], classes: int) -> np.ndarray:
    """[samples, classes]: the share of each class in the pixels of each photograph."""
    return np.stack([np.bincount(s.classes.ravel(), minlength=classes) / s.classes.size for s in samples])


def sampling_weights(shares: np.ndarray, common: float = 0.5) -> np.ndarray:
    """How often each photograph is drawn: more often where it shows a class that fewer than `common` of them show (repeat factor
    sampling, Gupta et al. 2019)."""
    seen = shares > 0.002
    factor = np.maximum(1, np.sqrt(common / np.maximum(seen.mean(0), 1 / len(shares))))
    weights = np.where(seen, factor, 1).max(1)
    return weights / weights.sum()


def class_weights(shares: np.ndarray) -> np.ndarray:
    """[classes]: one over the root of the class's share, 1 on average over pixels."""
    share = shares.mean(0)
    weights = 1 / np.sqrt(np.maximum(share, 1e-4))
    return (weights / (weights * share).sum()).astype(np.float32)


def to_input(pixels: np.ndarray) -> np.ndarray:
    """[h, w, 3], 0 to 255 -> [3, h, w], as the network sees it."""
    return np.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1), np.float32)


class Views(torch.utils.data.Dataset):
    """Item i is batch i of the training: image [n, 3, side, side] and class [n, side / 2, side / 2]. It depends on the seed, the side
    and i alone, so a resumed training sees what the unbroken one would have seen."""

    def __init__(self, samples: list[Sample], weights: np.ndarray, batch: int, side: int, seed: int):
        self.samples, self.weights, self.batch, self.side, self.seed = samples, weights, batch, side, seed

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        rng = np.random.default_rng((self.seed, index))
        picks = rng.choice(len(self.samples), self.batch, p=self.weights)
        pairs = [random_view(self.samples[i], self.side, rng) for i in picks]
        return tuple(torch.from_numpy(np.stack(column)) for column in zip(*pairs))


def random_view(sample: Sample, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A part of the photograph, 0.4 to 1.2 times its shorter side wide, seen a little askew, perhaps in a mirror, in other light."""
    view = random_homography(sample.classes.shape, rng, random_pixel(sample, rng) if rng.random() < CENTRED else None)
    image, to_image = Image.fromarray(sample.image), view
    if np.hypot(view[0, 0], view[1, 0]) > 0.8 * side:  # a pixel of the view is more than 1.6 of the photograph
        image, to_image = image.reduce(2), np.diag([0.5, 0.5, 1]) @ view
    pixels = look(image, to_image, side, Image.Resampling.BILINEAR, tuple(int(m) for m in MEAN))
    inside = Image.fromarray(sample.classes + 1)  # 0 is free for the outside; OUTSIDE after the next line
    classes = look(inside, view, side // 2, Image.Resampling.NEAREST, 0) - 1
    return to_input(recolour(pixels, rng)), classes.astype(np.int64)


def random_pixel(sample: Sample, rng: np.random.Generator) -> tuple[int, int]:
    """(y, x) of a pixel, each of the photograph's classes as likely as the others."""
    places = np.flatnonzero(sample.classes == rng.choice(sample.shown))
    return divmod(int(rng.choice(places)), sample.classes.shape[1])


def random_homography(size: tuple[int, int], rng: np.random.Generator, near: tuple[int, int] | None = None) -> np.ndarray:
    """[3, 3]: from the view, [-1, 1] on both axes, to pixels of a photograph of `size` (h, w); the view shows the pixel `near`."""
    reach = 0.5 * min(size) * np.exp(rng.uniform(np.log(0.4), np.log(1.2)))
    bounds = [(min(reach, n / 2), max(n - reach, n / 2)) for n in size]  # of the view's middle
    y, x = (rng.uniform(*b) if near is None else np.clip(near[axis] + 0.7 * reach * rng.uniform(-1, 1), *b) for axis, b in enumerate(bounds))
    stretch = np.exp(rng.uniform(-0.15, 0.15))
    turn = np.deg2rad(rng.normal(0, 3))
    mirror = -1 if rng.random() < 0.5 else 1
    place = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    scale = np.diag([reach * stretch, reach / stretch, 1])
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    perspective = np.array([[mirror, 0, 0], [0, 1, 0], [*rng.normal(0, 0.06, 2), 1]])
    return place @ scale @ rotation @ perspective


def look(image: Image.Image, view: np.ndarray, side: int, how: Image.Resampling, outside) -> np.ndarray:
    """[side, side, ...] of what a view shows."""
    matrix = view @ np.array([[2 / side, 0, -1], [0, 2 / side, -1], [0, 0, 1]])
    coefficients = (matrix / matrix[2, 2]).ravel()[:8]
    return np.asarray(image.transform((side, side), Image.Transform.PERSPECTIVE, coefficients, how, fillcolor=outside))


def recolour(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """uint8 [h, w, 3] -> float32, 0 to 255: another exposure, contrast, white balance and saturation, some noise."""
    gamma, gain, lift = np.exp(rng.uniform(-0.4, 0.4)), rng.uniform(0.75, 1.25), rng.uniform(-0.1, 0.1)
    balance = rng.uniform(0.9, 1.1, 3)
    curves = [(255 * np.clip((LEVELS**gamma - 0.5) * gain * b + 0.5 + lift, 0, 1)).astype(np.float32) for b in balance]
    result = np.stack([curve[pixels[:, :, c]] for c, curve in enumerate(curves)], 2)
    grey = (result @ GREY)[:, :, None]
    saturation = 0 if rng.random() < 0.05 else rng.uniform(0.4, 1.4)
    result = grey + (result - grey) * np.float32(saturation)
    if rng.random() < 0.25:
        result += rng.standard_normal(result.shape, np.float32) * np.float32(rng.uniform(2, 12))
    return result


def generated(count: int, seed: int, side: int = 160) -> list[Sample]:
    """A sky, a street, a wall with windows, a car, all in colours that vary: enough to try the whole recipe without any data."""
    rng = np.random.default_rng(seed)
    colours = {0: (150, 190, 230), 1: (90, 90, 95), 2: (190, 150, 110), 8: (60, 70, 90), 10: (200, 40, 40)}
    samples = []
    for number in range(count):
        classes = np.zeros((side, side), np.uint8)
        ground, roof = int(rng.integers(110, 140)), int(rng.integers(10, 50))
        left, right = int(rng.integers(0, 40)), int(rng.integers(120, side))
        classes[ground:], classes[roof:ground, left:right] = 1, 2
        for y in range(roof + 8, ground - 16, 24):
            for x in range(left + 8, right - 12, 22):
                classes[y : y + 14, x : x + 10] = 8
        car = int(rng.integers(0, side - 44))
        classes[ground - 8 : ground + 12, car : car + 40] = 10
        palette = np.array([colours.get(c, (0, 0, 0)) for c in range(11)]) + rng.normal(0, 15, (11, 3))
        image = palette[classes] + rng.normal(0, 10, (side, side, 3))
        samples.append(Sample(f"generated-{number}", image.clip(0, 255).astype(np.uint8), classes))
    return samples
