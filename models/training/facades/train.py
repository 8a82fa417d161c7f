"""Trains mamba-unet on photographs of streets: `python train.py --data DIR --out DIR --minutes 50`. See README.md."""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import OUTSIDE, Views, class_weights, generated, load_split, sampling_weights, shares
from mamba_unet.model import FACADES, MambaUNet, fold
from mamba_unet.muon import Muon
from mamba_unet.trainer import Trainer, by_dimensions, command_line, options_of, smoke, start_from, train
from score import confusion, iou
from predict import predict

RATE, DECAY, WARM_UP = 3e-3, 0.05, 100  # the last in steps
EMA = 0.995
PIXELS = 2**19  # of a batch in all
STAGES = ((0.45, 192), (0.8, 256), (1, 320))  # until which share of the time, and the side of a view, pixels
SEED = 20230329
CLASSES = FACADES.maps


def loss_with(weights: torch.Tensor):
    """weights [classes] -> a function of maps [n, classes, h, w] and classes [n, 2h, 2w]: weighted cross-entropy, and Dice over the
    whole batch, averaged over the classes in it."""

    def loss_of(maps: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        log_p = F.interpolate(maps, scale_factor=2, mode="bilinear").log_softmax(1).permute(1, 0, 2, 3).flatten(1)
        inside = (target != OUTSIDE).flatten()
        truth = target.flatten().where(inside, 0)
        own = log_p.gather(0, truth[None])[0]  # of the right class, [pixels]
        weight = weights[truth] * inside
        cross = -(weight * own).sum() / weight.sum()
        found = (log_p.exp() * inside).sum(1)
        there = torch.bincount(truth, inside.float(), CLASSES)
        both = torch.zeros(CLASSES).index_add(0, truth, own.exp() * inside)
        dice = 1 - (2 * both + 100) / (found + there + 100)
        return cross + dice[there > 0].mean()

    return loss_of


def validation(samples):
    """Of a network: the mean IoU of the classes over the pixels of all samples."""

    def validate(model: MambaUNet) -> tuple[float, str]:
        folded = fold(model).to(memory_format=torch.channels_last)
        values = iou(sum(confusion(predict(folded, s.image, mirror=False), s.classes, CLASSES) for s in samples))
        mean = float(np.nanmean(values))
        return mean, f"mean IoU {mean:.4f}  ({' '.join(f'{v:.2f}' for v in values)})"

    return validate


def main() -> None:
    options = options_of(command_line("facades-run", 50, RATE))
    samples = generated(40, 1) if options.smoke else load_split(options.data, "train")
    share = shares(samples, CLASSES)
    torch.manual_seed(SEED)
    model = MambaUNet(FACADES)
    matrices, vectors = by_dimensions(model)
    taps = [p for p in matrices if p[0].numel() <= 4]  # of the depthwise convolutions
    optimisers = [
        Muon([p for p in matrices if p[0].numel() > 4], options.rate, DECAY),
        torch.optim.AdamW(taps + vectors, options.rate, betas=(0.9, 0.98), weight_decay=0),
    ]
    trainer = Trainer(options.out, model, loss_with(torch.from_numpy(class_weights(share))), optimisers, 5 if options.smoke else WARM_UP, not options.float32, EMA, options.compile)
    start_from(trainer, options)
    if options.smoke:
        sys.exit(smoke(trainer, Views(samples, sampling_weights(share), 2, 128, SEED), validation(generated(2, 2))))
    print(f"{len(samples)} images, {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    validate = validation(load_split(options.data, "val"))
    for until, side in STAGES:
        views = Views(samples, sampling_weights(share), round(PIXELS / side**2), side, SEED)
        if trainer.seconds < 60 * options.minutes * until:
            train(trainer, views, validate, options.minutes, save_every=5, validate_every=10, until=until)


if __name__ == "__main__":
    main()
