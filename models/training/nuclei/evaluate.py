"""Average precision of an exported model on one split, with the post-processing's parameters given or chosen.

`python evaluate.py --data DIR --model model.safetensors --split val --choose` chooses them, to be written into the card;
`python evaluate.py --data DIR --model model.safetensors --split test --card card.json` reports with those of the card.
"""

import argparse
import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from mamba_unet.export import load_exported
from mamba_unet.model import NUCLEI
from postprocess import Parameters, instances
from score import THRESHOLDS, average_precision, bootstrap, counts
from train import predict

CHOICES = {
    "depth": (0.15, 0.2, 0.25, 0.3),
    "rim": (0, 0.1, 0.2, 0.3),
    "seed": (0.4, 0.45, 0.5),
    "foreground": (0.5, 0.6, 0.7),
    "min_area": (10, 20, 30),
    "sure": (0, 0.8, 0.87, 0.9),
}


def of_card(path: Path) -> Parameters:
    segment = json.loads(path.read_text())["segment"]
    return Parameters(segment["foreground"], segment["seed"], segment["depth"], segment["rim"], segment["minArea"], segment["sure"])


def tables(maps: list[np.ndarray], samples, parameters: Parameters) -> np.ndarray:
    """[images, thresholds, 3] true positives, false positives, false negatives."""
    return np.stack([counts(instances(m, parameters), s.labels) for m, s in zip(maps, samples)])


def choose(maps: list[np.ndarray], samples) -> Parameters:
    """The parameters one after another, twice over, each at its best by AP@0.5 plus mean AP averaged over the images."""

    @cache
    def merit(parameters: Parameters) -> float:
        ap = average_precision(tables(maps, samples, parameters)).mean(0)
        print(f"{parameters}  AP@0.5 {ap[0]:.4f}  mean AP {ap.mean():.4f}", flush=True)
        return ap[0] + ap.mean()

    chosen = Parameters()
    for _ in range(2):
        for name, values in CHOICES.items():
            chosen = max((replace(chosen, **{name: value}) for value in values), key=merit)
    return chosen


def report(table: np.ndarray) -> None:
    ap = average_precision(table)
    for title, values in (("AP@0.5", ap[:, 0]), ("mean AP 0.5:0.05:0.9", ap.mean(1))):
        low, high = bootstrap(values)
        print(f"{title}: {values.mean():.4f}, 95 % interval over images [{low:.4f}, {high:.4f}]")
    print("AP at each IoU:", "  ".join(f"{t:.2f} {v:.3f}" for t, v in zip(THRESHOLDS, ap.mean(0))))
    hits, spurious, missed = table[:, 0].sum(0)
    print(f"pooled at 0.5: {hits} found, {spurious} spurious, {missed} missed, AP {hits / (hits + spurious + missed):.4f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--split", choices=("train", "val", "test"), required=True)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--choose", action="store_true", help="choose the parameters on this split (never test)")
    how.add_argument("--card", type=Path, help="use the parameters of this card.json")
    options = parser.parse_args()
    if options.choose and options.split == "test":
        parser.error("parameters are not chosen on the test split")
    torch.set_num_threads(1)
    samples = load_split(options.data, options.split)
    model = load_exported(NUCLEI, options.model).to(memory_format=torch.channels_last)
    maps = [predict(model, s.image) for s in samples]
    parameters = choose(maps, samples) if options.choose else of_card(options.card)
    table = tables(maps, samples, parameters)
    print(parameters)
    for sample, row in zip(samples, table):
        print(f"{sample.name}  {sample.labels.shape[1]}x{sample.labels.shape[0]}  found {row[0, 0]}  spurious {row[0, 1]}  missed {row[0, 2]}")
    report(table)


if __name__ == "__main__":
    main()
