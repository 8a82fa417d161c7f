"""Mean IoU on val of networks that were trained alike, at each of several sizes at which a photograph may be read.

`python compare.py --data DIR mamba=RUN/last.pt convolution=CONTROL/last.pt`
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from mamba_unet.compare import command_line, compare, load_networks
from mamba_unet.model import FACADES
from predict import SHORT, predict
from score import confusion, iou


def mean_iou(tables: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """tables [pictures, classes, classes] of which each counts so often, [..., pictures] -> [...]"""
    return np.nanmean(iou(np.tensordot(weights, tables, 1)), -1)


def main() -> None:
    parser = command_line()
    parser.add_argument("--sizes", type=int, nargs="+", default=(320, SHORT, 640, 960), help="of the shorter side, pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    samples = load_split(options.data, "val")
    networks = load_networks(FACADES, options.networks)
    for short in options.sizes:
        tables = {name: np.stack([confusion(predict(n, s.image, short), s.classes, FACADES.maps) for s in samples]) for name, n in networks.items()}
        compare(f"{short} pixels, mean IoU", {name: partial(mean_iou, table) for name, table in tables.items()}, len(samples))


if __name__ == "__main__":
    main()
