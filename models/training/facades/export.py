"""Writes what the application reads: the folded weights in float16, and a golden answer to test the application's network against.

`python export.py --checkpoint RUN/best.pt --model model.safetensors --golden facades.safetensors`
"""

import argparse
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import generated, to_input
from mamba_unet.export import export
from mamba_unet.model import FACADES


def golden_image() -> torch.Tensor:
    """[1, 3, 64, 96] of a generated street"""
    return torch.from_numpy(to_input(generated(1, seed=7)[0].image[64:128, 32:128]))[None]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("model.safetensors"))
    parser.add_argument("--golden", type=Path, default=Path("facades.safetensors"))
    options = parser.parse_args()
    export(FACADES, options.checkpoint, options.model, options.golden, golden_image())


if __name__ == "__main__":
    main()
