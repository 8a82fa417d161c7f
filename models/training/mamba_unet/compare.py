"""Networks that were trained alike, on the same pictures: each one's figure, and how far the first is ahead of each other."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .export import load_checkpoint
from .model import MambaUNet, Shape, fold

ROUNDS = 10_000
Measure = Callable[[np.ndarray], np.ndarray]  # how often each picture counts, [..., pictures] -> the figure, [...]


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("networks", nargs="+", metavar="BLOCKS=CHECKPOINT", help="for example mamba=RUN/last.pt convolution=CONTROL/last.pt")
    return parser


def load_networks(shape: Shape, networks: list[str]) -> dict[str, MambaUNet]:
    """By their blocks, folded."""
    pairs = (network.split("=", 1) for network in networks)
    return {blocks: fold(load_checkpoint(replace(shape, mixer=blocks), Path(path))).to(memory_format=torch.channels_last) for blocks, path in pairs}


def compare(title: str, measures: dict[str, Measure], pictures: int) -> None:
    """Intervals are 95 % bootstrap over the pictures; all networks get the same draws, so that differences are paired."""
    draws = np.random.default_rng(0).multinomial(pictures, np.full(pictures, 1 / pictures), ROUNDS)
    weights = np.concatenate([np.ones((1, pictures), int), draws])  # the pictures as they are, then the draws
    values = {name: measure(weights) for name, measure in measures.items()}
    first = next(iter(values))
    for name, value in values.items():
        ahead = "" if name == first else f", {first} ahead by {interval(values[first] - value)}"
        print(f"{title}, {name}: {interval(value)}{ahead}", flush=True)


def interval(values: np.ndarray) -> str:
    low, high = np.quantile(values[1:], (0.025, 0.975))
    return f"{values[0]:.4f} [{low:.4f}, {high:.4f}]"
