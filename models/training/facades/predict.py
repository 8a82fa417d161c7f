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
def predict(model: torch.nn.Module, image: np.ndarray, short: int = SHORT) -> np.ndarray:
    """uint8 [h, w, 3] -> class [h, w]"""
    h, w = image.shape[:2]
    size = fitted(h, w, short)
    if size != (h, w):
        image = np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR))
    logits = model(torch.from_numpy(to_input(image))[None])
    logits = F.interpolate(logits, size=size, mode="bilinear")
    return F.interpolate(logits, size=(h, w), mode="bilinear").argmax(1)[0].numpy() if size != (h, w) else logits.argmax(1)[0].numpy()
