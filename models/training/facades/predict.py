"""From a photograph to the class of each pixel, as the application does it."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from data import to_input

MULTIPLE = 32
SHORT, LONG = 480, 2048  # pixels of the sides at which a photograph is read


def fitted(height: int, width: int, short: int = SHORT) -> tuple[int, int]:
    """The size at which a photograph is read: its shorter side is `short`, unless the longer one becomes too long; multiples of 32."""
    scale = min(LONG / max(height, width), short / min(height, width))
    return tuple(max(1, round(n * scale / MULTIPLE)) * MULTIPLE for n in (height, width))


@torch.no_grad()
def scores(model: torch.nn.Module, image: np.ndarray, short: int = SHORT, mirror: bool = True) -> torch.Tensor:
    """uint8 [h, w, 3] -> [1, classes, rows, columns] of the picture as it is read; with `mirror` the mean of the picture and its mirror image."""
    h, w = fitted(*image.shape[:2], short)
    if (h, w) != image.shape[:2]:
        image = np.asarray(Image.fromarray(image).resize((w, h), Image.Resampling.BILINEAR))
    pixels = torch.from_numpy(to_input(image))[None]
    return (model(pixels) + model(pixels.flip(3)).flip(3)) / 2 if mirror else model(pixels)


def predict(model: torch.nn.Module, image: np.ndarray, short: int = SHORT, mirror: bool = True) -> np.ndarray:
    """uint8 [h, w, 3] -> class [h, w]"""
    coarse = scores(model, image, short, mirror)
    read = F.interpolate(coarse, size=fitted(*image.shape[:2], short), mode="bilinear")
    return F.interpolate(read, size=image.shape[:2], mode="bilinear").argmax(1)[0].numpy()
