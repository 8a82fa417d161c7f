"""Writes what the application reads: the folded weights in float16, and a golden answer to test the application's network against.

`python export.py --checkpoint RUN/best.pt --model model.safetensors --golden nuclei.safetensors`
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from mamba_unet.export import export
from mamba_unet.model import NUCLEI


def golden_image() -> torch.Tensor:
    """[1, 3, 64, 96] of soft blobs on a slope with a little noise, normalised as the network expects; from a fixed seed."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:64, :96]
    light = 0.1 + 0.001 * x + 0.02 * rng.random((3, 64, 96))
    for cy, cx, radius in ((12, 14, 7), (20, 26, 8), (44, 30, 10), (30, 60, 9), (50, 76, 6), (10, 84, 8), (57, 5, 5)):
        light += 0.7 / (1 + np.exp(np.hypot(y - cy, x - cx) - radius)) * np.array([1, 0.9, 0.8])[:, None, None]
    return torch.from_numpy(((light.clip(0, 1) - 0.5) / 0.25).astype(np.float32))[None]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("model.safetensors"))
    parser.add_argument("--golden", type=Path, default=Path("nuclei.safetensors"))
    options = parser.parse_args()
    export(NUCLEI, options.checkpoint, options.model, options.golden, golden_image())


if __name__ == "__main__":
    main()
