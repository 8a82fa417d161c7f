"""What to add to the score of each class so that the mean IoU on val is highest: the training weighs rare classes up, so that they are found too often.

`python bias.py --data DIR --model model.safetensors --golden facades.safetensors` adds the shifts to the bias of the model's last layer, in
place, and writes the golden answer anew. Once only.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import load_split
from export import golden_image
from mamba_unet.export import load_exported, write_golden
from mamba_unet.model import FACADES
from predict import scores as scores_of
from score import confusion, iou

STEPS = (0.8, 0.4, 0.2, 0.1)  # coarse to fine, in logits


def shifts_for(scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """scores [classes, pixels], truth [pixels] -> [classes]: coordinate ascent on the mean IoU, each class's shift up or down by a step
    while that helps."""

    def merit(shifts: np.ndarray) -> float:
        return float(np.nanmean(iou(confusion((scores + shifts[:, None]).argmax(0), truth, len(scores)))))

    shifts = np.zeros(len(scores), np.float32)
    best = merit(shifts)
    for step in STEPS:
        for c in range(len(scores)):
            for sign in (-1, 1):
                while True:
                    tried = shifts.copy()
                    tried[c] += sign * step
                    if (value := merit(tried)) <= best:
                        break
                    shifts, best = tried, value
    return shifts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--golden", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = load_exported(FACADES, options.model).to(memory_format=torch.channels_last)
    scores, truth = [], []
    for sample in load_split(options.data, "val"):
        logits = scores_of(model, sample.image)[0].numpy()
        middles = (((np.arange(cells) + 0.5) * pixels / cells).astype(int) for cells, pixels in zip(logits.shape[1:], sample.classes.shape))
        scores.append(logits.reshape(len(logits), -1))
        truth.append(sample.classes[np.ix_(*middles)].ravel())
    shifts = shifts_for(np.concatenate(scores, 1), np.concatenate(truth))
    tensors = load_file(options.model)
    tensors["head.bias"] = (tensors["head.bias"].float() + torch.from_numpy(shifts)).half()
    save_file(tensors, options.model)
    write_golden(FACADES, options.model, options.golden, golden_image())
    print("shifts:", " ".join(f"{s:.2f}" for s in shifts))


if __name__ == "__main__":
    main()
