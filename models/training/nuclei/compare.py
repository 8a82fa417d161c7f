"""Average precision on val of networks that were trained alike, with the default post-processing.

`python compare.py --data DIR mamba=RUN/last.pt convolution=CONTROL/last.pt`
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from evaluate import tables
from mamba_unet.compare import command_line, compare, load_networks
from mamba_unet.model import NUCLEI
from postprocess import Parameters
from score import average_precision
from train import predict


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """values [pictures] of which each counts so often, [..., pictures] -> [...]"""
    return weights @ values / weights.sum(-1)


def main() -> None:
    options = command_line().parse_args()
    torch.set_num_threads(1)
    samples = load_split(options.data, "val")
    ap = {}
    for name, network in load_networks(NUCLEI, options.networks).items():
        ap[name] = average_precision(tables([predict(network, s.image) for s in samples], samples, Parameters()))
    compare("AP@0.5", {name: partial(mean, values[:, 0]) for name, values in ap.items()}, len(samples))
    compare("mean AP 0.5:0.05:0.9", {name: partial(mean, values.mean(1)) for name, values in ap.items()}, len(samples))


if __name__ == "__main__":
    main()
