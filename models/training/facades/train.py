"""Trains mamba-unet on photographs of streets: `python train.py --data DIR --out DIR --minutes 50`. See README.md."""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import OUTSIDE, Views, class_weights, generated, load_split, sampling_weights, shares
from mamba_unet.model import FACADES, MambaUNet, fold
from mamba_unet.trainer import Length, Trainer, command_line, first_model, muon, options_of, smoke, start_from, train
from score import confusion, iou
from predict import predict

RATE, DECAY, WARM_UP = 3e-3, 0.05, 100  # the last in steps
EMA = 0.995
PIXELS = 2**19  # of a batch in all
STAGES = ((0.45, 192), (0.8, 256), (1, 320))  # until which share of the training, and the side of a view, pixels
INIT_STAGES = ((0.5, 320), (1, 384))  # where trained weights are gone on from
SPARSE = 4
SEED = 20230329
CLASSES = FACADES.maps


def loss_with(weights: torch.Tensor, overlap):
    """weights [classes] -> a function of maps [n, classes, h, w] and classes [n, 2h, 2w]: weighted cross-entropy, and how far the classes
    fail to overlap with the truth, `dice` or `lovasz`."""

    def loss_of(maps: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        log_p = F.interpolate(maps, scale_factor=2, mode="bilinear").log_softmax(1).permute(1, 0, 2, 3).flatten(1)
        inside = (target != OUTSIDE).flatten()
        truth = target.flatten().where(inside, 0)
        weight = weights[truth] * inside
        cross = -(weight * log_p.gather(0, truth[None])[0]).sum() / weight.sum()
        return cross + overlap(log_p.exp(), truth, inside)

    return loss_of


def dice(p: torch.Tensor, truth: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """p [classes, pixels], the right class and whether it counts, [pixels]: Dice over the whole batch, averaged over the classes in it."""
    found = (p * inside).sum(1)
    there = torch.bincount(truth, inside.float(), CLASSES)
    both = torch.zeros(CLASSES).index_add(0, truth, p.gather(0, truth[None])[0] * inside)
    return (1 - (2 * both + 100) / (found + there + 100))[there > 0].mean()


def lovasz(p: torch.Tensor, truth: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """The same with the Jaccard loss, extended from right and wrong to probabilities (Berman et al. 2018, Lovasz-Softmax). One pixel in
    SPARSE counts, since the pixels are sorted for each class."""
    kept = inside.nonzero()[:, 0][torch.randint(SPARSE, (1,)) :: SPARSE]
    p, truth = p[:, kept], truth[kept]
    own = F.one_hot(truth, CLASSES).T
    present = own.any(1)
    own = own[present]
    errors, order = (own - p[present]).abs().sort(1, descending=True)
    hit = own.gather(1, order).cumsum(1)  # of the class, among the worst pixels
    there = own.sum(1, keepdim=True)
    missed = torch.arange(1, len(truth) + 1) - hit
    jaccard = 1 - (there - hit) / (there + missed)
    return (errors * jaccard.diff(prepend=jaccard.new_zeros(len(jaccard), 1))).sum(1).mean()


def validation(samples):
    """Of a network: the mean IoU of the classes over the pixels of all samples."""

    def validate(model: MambaUNet) -> tuple[float, str]:
        folded = fold(model).to(memory_format=torch.channels_last)
        values = iou(sum(confusion(predict(folded, s.image, mirror=False), s.classes, CLASSES) for s in samples))
        mean = float(np.nanmean(values))
        return mean, f"mean IoU {mean:.4f}  ({' '.join(f'{v:.2f}' for v in values)})"

    return validate


def main() -> None:
    parser = command_line("facades-run", 50, RATE)
    parser.add_argument("--overlap", choices=("dice", "lovasz"), default="dice", help="the part of the loss that looks at classes as a whole")
    options = options_of(parser)
    samples = generated(40, 1) if options.smoke else load_split(options.data, "train")
    share = shares(samples, CLASSES)

    def views(side: int, batch: int) -> Views:
        return Views(samples, sampling_weights(share), batch, side, SEED + bool(options.init))

    torch.manual_seed(SEED)
    model = first_model(FACADES, options, views(256, 8))
    loss = loss_with(torch.from_numpy(class_weights(share)), {"dice": dice, "lovasz": lovasz}[options.overlap])
    trainer = Trainer(options.out, model, loss, muon(model, options.rate, DECAY), 5 if options.smoke else WARM_UP, not options.float32, EMA, options.compile)
    start_from(trainer, options)
    if options.smoke:
        sys.exit(smoke(trainer, views(128, 2), validation(generated(2, 2))))
    print(f"{len(samples)} images, {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    validate = validation(load_split(options.data, "val"))
    length = Length(options.minutes, options.steps)
    for until, side in INIT_STAGES if options.init else STAGES:
        if length.over(trainer) < until:
            train(trainer, views(side, round(PIXELS / side**2)), validate, length, save_every=5, validate_every=10, until=until)


if __name__ == "__main__":
    main()
