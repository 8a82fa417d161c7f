"""Mean IoU of an exported model on val, for each of several sizes at which a photograph may be read; the best one goes into the card.

`python evaluate.py --data DIR --model model.safetensors`; what counts on test is `mamba-studio eval facades --data DIR`.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from mamba_unet.export import load_exported
from mamba_unet.model import FACADES
from predict import SHORT, predict
from score import confusion, iou

SIZES = (320, 384, 448, SHORT, 512, 576, 640)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--no-mirror", action="store_false", dest="mirror", help="read the photographs as they are only")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="of the shorter side, pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    names = (options.data / "classes.txt").read_text().split()
    samples = load_split(options.data, "val")
    model = load_exported(FACADES, options.model).to(memory_format=torch.channels_last)
    for short in options.sizes:
        counts = sum(confusion(predict(model, s.image, short, options.mirror), s.classes, FACADES.maps) for s in samples)
        each = "  ".join(f"{name} {value:.3f}" for name, value in zip(names, iou(counts)))
        print(f"{short} pixels: mean IoU {np.nanmean(iou(counts)):.4f}, pixels right {np.trace(counts) / counts.sum():.4f}  ({each})", flush=True)


if __name__ == "__main__":
    main()
