"""The val photographs with the lowest mean IoU: as they are, with the classes that they show, with those that the model names.

`python failures.py --data DIR --model model.safetensors --card card.json --out failures.webp`
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import ImageColor

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from mamba_unet.export import load_exported
from mamba_unet.model import FACADES
from mamba_unet.sheet import command_line, write_sheet
from predict import predict
from score import confusion, iou

TINT = 0.65  # how much of a pixel is the colour of its class


def square(picture: np.ndarray) -> np.ndarray:
    """The middle of it."""
    side = min(picture.shape[:2])
    top, left = ((n - side) // 2 for n in picture.shape[:2])
    return picture[top : top + side, left : left + side]


def main() -> None:
    options = command_line()
    torch.set_num_threads(1)
    colours = np.array([ImageColor.getrgb(c["color"]) for c in json.loads(options.card.read_text())["segment"]["classes"]])
    model = load_exported(FACADES, options.model).to(memory_format=torch.channels_last)
    samples = load_split(options.data, "val")
    found = [predict(model, s.image) for s in samples]
    merit = [np.nanmean(iou(confusion(f, s.classes, FACADES.maps))) for f, s in zip(found, samples)]
    columns = []
    for i in np.argsort(merit)[: options.count]:
        image = samples[i].image
        print(f"{samples[i].name}  mean IoU {merit[i]:.3f}")
        tinted = [(image * (1 - TINT) + colours[classes] * TINT).astype(np.uint8) for classes in (samples[i].classes, found[i])]
        columns.append([square(picture) for picture in (image, *tinted)])
    write_sheet(columns, options.out)


if __name__ == "__main__":
    main()
