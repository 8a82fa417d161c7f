"""Images with instance labels, and the random crops that the network is trained on.

A folder of data holds `split.tsv` (id, split), `images/<id>.webp` (or .png) and `instances/<id>.png` (16-bit, one number
per nucleus, 0 outside).
"""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from scipy.cluster.vq import kmeans2

CROP = 256
MULTIPLE = 16
GROUPS = 8


@dataclass
class Sample:
    name: str
    image: np.ndarray  # uint8 [h, w, 3]
    labels: np.ndarray  # int32 [h, w], 0 outside
    distance: np.ndarray  # float32 [h, w], see distance_map

    @cached_property
    def grey(self) -> bool:
        """Whether the three channels say the same, compression apart."""
        return float(np.ptp(self.image, axis=2).mean()) < 1


def load_split(data: Path, split: str) -> list[Sample]:
    with open(data / "split.tsv") as file:
        names = [row["id"] for row in csv.DictReader(file, delimiter="\t") if row["split"] == split]
    return [load_sample(data, name) for name in names]


def load_sample(data: Path, name: str) -> Sample:
    path = next(p for p in (data / "images" / f"{name}{ext}" for ext in (".webp", ".png")) if p.exists())
    image = np.asarray(Image.open(path).convert("RGB"))
    labels = np.asarray(Image.open(data / "instances" / f"{name}.png")).astype(np.int32)
    return Sample(name, image, labels, distance_map(labels))


def distance_map(labels: np.ndarray) -> np.ndarray:
    """Euclidean distance to the outside of the own instance, over the instance's maximum. The image's border is no outside."""
    distance = np.zeros(labels.shape, np.float32)
    for index, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        wider = tuple(slice(max(s.start - 1, 0), s.stop + 1) for s in box)
        own = labels[wider] == index
        depth = ndimage.distance_transform_edt(own)
        distance[wider][own] = (depth / depth.max())[own]
    return distance


def boundary_map(labels: np.ndarray) -> np.ndarray:
    """The inner rim, one pixel wide: pixels of an instance with one of the 8 neighbours of another label (or outside)."""
    low = ndimage.minimum_filter(labels, 3, mode="nearest")
    high = ndimage.maximum_filter(labels, 3, mode="nearest")
    return (labels > 0) & (low != high)


def percentiles(image: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(image, (1, 99.8))
    return float(low), float(high)


def normalise(image: np.ndarray, low: float, high: float) -> np.ndarray:
    """[h, w, 3] of any range -> [0, 1]."""
    return np.clip((image.astype(np.float32) - low) / (high - low + 1e-6), 0, 1)


def to_input(unit: np.ndarray) -> np.ndarray:
    """[h, w, 3] in [0, 1] -> [3, h, w], as the network sees it."""
    return np.ascontiguousarray(((unit - 0.5) / 0.25).transpose(2, 0, 1), np.float32)


def whole_image_input(image: np.ndarray) -> torch.Tensor:
    """uint8 [h, w, 3] -> [1, 3, H, W]: normalised, then reflected (edge not repeated) at the bottom and the right."""
    unit = normalise(image, *percentiles(image))
    h, w = image.shape[:2]
    unit = np.pad(unit, ((0, -h % MULTIPLE), (0, -w % MULTIPLE), (0, 0)), mode="reflect")
    return torch.from_numpy(to_input(unit))[None]


def sampling_weights(samples: list[Sample], rng: np.random.Generator) -> np.ndarray:
    """How often each image is drawn: groups of like images (k-means of colour, contrast and size) count as the square root of
    their number, so that the rare stains are seen; inside a group an image counts as the square root of its area."""
    features = []
    for s in samples:
        pixels = s.image.reshape(-1, 3) / 255
        features.append([*pixels.mean(0), *pixels.std(0), np.log2(s.labels.size) / 8])
    _, group = kmeans2(np.array(features), GROUPS, minit="++", seed=rng)
    area = np.sqrt([s.labels.size for s in samples])
    weights = np.zeros(len(samples))
    for g in np.unique(group):
        members = group == g
        weights[members] = np.sqrt(members.sum()) * area[members] / area[members].sum()
    return weights / weights.sum()


class Crops(torch.utils.data.Dataset):
    """Item i is batch i of the training: image [n, 3, 256, 256] and targets [n, 3, 256, 256] (foreground, distance, boundary).
    It depends on the seed and i alone, so a resumed training sees what the unbroken one would have seen."""

    def __init__(self, samples: list[Sample], batch: int, seed: int):
        self.samples, self.batch, self.seed = samples, batch, seed
        self.weights = sampling_weights(samples, np.random.default_rng(seed))
        self.ranges = [percentiles(s.image) for s in samples]

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        rng = np.random.default_rng((self.seed, index))
        picks = rng.choice(len(self.samples), self.batch, p=self.weights)
        pairs = [random_crop(self.samples[i], self.ranges[i], rng) for i in picks]
        return tuple(torch.from_numpy(np.stack(column)) for column in zip(*pairs))


def random_crop(sample: Sample, limits: tuple[float, float], rng: np.random.Generator):
    scale = np.exp(rng.uniform(np.log(0.6), np.log(1.6)))
    side = round(CROP / scale)
    corner = [int(rng.integers(max(n - side, 0) + 1)) for n in sample.labels.shape]
    image = sample.image[:, :, 0] if sample.grey else sample.image
    rows, columns = (mirrored(np.arange(at - side // 4, at + side + side // 4), n) for at, n in zip(corner, sample.labels.shape))
    image, labels, distance = (a[np.ix_(rows, columns)] for a in (image, sample.labels, sample.distance))
    if rng.random() < 0.3:
        limits = percentiles(image)
    spread = limits[1] - limits[0]
    low = limits[0] + spread * rng.uniform(-0.1, 0.1)
    high = limits[1] + spread * (rng.uniform(-0.3, 0.3) if rng.random() < 0.5 else 0)
    view = random_view(len(rows), len(rows) - 2 * (side // 4), rng)
    unit = normalise(look(image, view, Image.Resampling.BILINEAR), low, high)
    labels = look(labels, view, Image.Resampling.NEAREST)
    distance = look(distance, view, Image.Resampling.BILINEAR) * (labels > 0)
    unit = recolour(unit, rng)
    if sample.grey:
        unit = np.repeat(unit[:, :, None], 3, 2)
    targets = np.stack([labels > 0, distance, boundary_map(labels)]).astype(np.float32)
    turns, mirror = rng.integers(4), rng.random() < 0.5
    return tuple(turn(a, turns, mirror) for a in (to_input(unit), targets))


def mirrored(places: np.ndarray, size: int) -> np.ndarray:
    """Places on an axis -> such as exist on it: it goes on as its mirror image at both ends."""
    places = places % (2 * size)
    return np.minimum(places, 2 * size - 1 - places)


def random_view(square: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """[2, 3]: from pixels of a crop to those of a square of the image; the crop shows `side` pixels in its middle, in half of the cases turned
    and stretched."""
    matrix = np.eye(2)
    if rng.random() < 0.5:
        angle, stretch = rng.uniform(-0.45, 0.45), np.exp(rng.uniform(-0.1, 0.1))
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = np.diag([stretch, 1 / stretch]) @ turned
    matrix = matrix * side / CROP
    return np.column_stack([matrix, np.full(2, square / 2) - matrix @ np.full(2, CROP / 2)])


def look(array: np.ndarray, view: np.ndarray, how: Image.Resampling) -> np.ndarray:
    """[256, 256, ...] of what a view shows."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(array)).transform((CROP, CROP), Image.Transform.AFFINE, view.ravel(), how))


def turn(array: np.ndarray, turns: int, mirror: bool) -> np.ndarray:
    array = np.rot90(array, turns, (1, 2))
    return np.ascontiguousarray(array[:, :, ::-1] if mirror else array)


def recolour(unit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Random tone, colour, blur and noise of an image in [0, 1], [h, w, 3] or, where it is grey, [h, w], which is inverted more often."""
    unit = unit ** np.float32(np.exp(rng.uniform(-0.5, 0.5)))
    if unit.ndim == 3:
        unit = unit * rng.uniform(0.85, 1.15, 3).astype(np.float32) + rng.uniform(-0.08, 0.08, 3).astype(np.float32)
        if rng.random() < 0.3:
            unit = unit[:, :, rng.permutation(3)]
        mean = unit.mean(2, keepdims=True)
        saturation = 0 if rng.random() < 0.15 else rng.uniform(0.5, 1.4)
        unit = mean + (unit - mean) * np.float32(saturation)
    if rng.random() < (0.15 if unit.ndim == 2 else 0.05):
        unit = 1 - unit
    if rng.random() < 0.2:
        sigma = rng.uniform(0.3, 1.2)
        unit = ndimage.gaussian_filter(unit, (sigma, sigma, 0)[: unit.ndim])
    if rng.random() < 0.3:
        unit = unit + rng.standard_normal(unit.shape, np.float32) * np.float32(rng.uniform(0.01, 0.08))
    return np.clip(unit, 0, 1)


def generated(count: int, seed: int) -> list[Sample]:
    """Bright noisy ellipses on a dark ground, some touching: enough to try the whole recipe without any data."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:CROP, :CROP]
    samples = []
    for number in range(count):
        labels = np.zeros((CROP, CROP), np.int32)
        light = np.full((CROP, CROP), 20.0)
        for index in range(1, int(rng.integers(8, 30))):
            cy, cx, angle = *rng.uniform(0, CROP, 2), rng.uniform(0, np.pi)
            ry, rx = rng.uniform(6, 16, 2)
            u = (y - cy) * np.cos(angle) + (x - cx) * np.sin(angle)
            v = (x - cx) * np.cos(angle) - (y - cy) * np.sin(angle)
            inside = ((u / ry) ** 2 + (v / rx) ** 2 < 1) & (labels == 0)
            labels[inside] = index
            light[inside] = rng.uniform(90, 220)
        grey = np.clip(ndimage.gaussian_filter(light, 1) + rng.normal(0, 8, light.shape), 0, 255).astype(np.uint8)
        samples.append(Sample(f"generated-{number}", np.repeat(grey[:, :, None], 3, 2), labels, distance_map(labels)))
    return samples
