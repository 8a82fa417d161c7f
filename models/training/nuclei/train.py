"""Trains mamba-unet on nuclei: `python train.py --data DIR --out DIR --minutes 90`. See README.md."""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1]))

from data import Crops, generated, load_split, whole_image_input
from mamba_unet.model import NUCLEI, MambaUNet, fold
from mamba_unet.trainer import Length, Trainer, adamw, command_line, first_model, muon, options_of, smoke, start_from, train
from postprocess import Parameters, instances
from score import average_precision, counts

RATE, DECAY, WARM_UP = 2e-3, 0.05, 100  # the last in steps
BATCH = 8
RIM = 4.0  # how much more a rim pixel counts than the rest, against their rarity
OPTIMISERS = {"adamw": adamw, "muon": muon}
SEED = 20180416


def loss_of(maps: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """maps and target [n, 3, h, w]: cross-entropy and Dice for the foreground, Huber for the distance (inside x5),
    cross-entropy for the boundary."""
    logit, distance, rim = maps.unbind(1)
    inside, depth, edge = target.unbind(1)
    cross = F.binary_cross_entropy_with_logits(logit, inside)
    p = logit.sigmoid()
    overlap, total = (p * inside).sum((1, 2)), (p + inside).sum((1, 2))
    dice = 1 - ((2 * overlap + 100) / (total + 100)).mean()
    far = (F.smooth_l1_loss(distance, depth, reduction="none", beta=0.1) * (1 + 4 * inside)).mean()
    rims = F.binary_cross_entropy_with_logits(rim, edge, pos_weight=rim.new_tensor(RIM))
    return cross + dice + 2 * far + rims


@torch.no_grad()
def predict(model: torch.nn.Module, image: np.ndarray) -> np.ndarray:
    """uint8 [h, w, 3] -> raw maps [3, h, w] of the whole image."""
    h, w = image.shape[:2]
    return model(whole_image_input(image))[0, :, :h, :w].numpy()


def validation(samples):
    """Of a network: mean over the samples of AP at IoU 0.5, and of the mean AP over 0.5:0.05:0.9, with the default post-processing."""

    def validate(model: MambaUNet) -> tuple[float, str]:
        folded = fold(model).to(memory_format=torch.channels_last)
        ap = np.array([average_precision(counts(instances(predict(folded, s.image), Parameters()), s.labels)) for s in samples])
        at_half, mean = float(ap[:, 0].mean()), float(ap.mean())
        return at_half + mean, f"AP@0.5 {at_half:.4f}  mean AP {mean:.4f}"

    return validate


def main() -> None:
    parser = command_line("nuclei-run", 90, RATE)
    parser.add_argument("--optimiser", choices=OPTIMISERS, default="adamw")
    options = options_of(parser)
    samples = generated(40, 1) if options.smoke else load_split(options.data, "train")
    crops = Crops(samples, 2 if options.smoke else BATCH, SEED + bool(options.init))
    torch.manual_seed(SEED)
    model = first_model(NUCLEI, options, crops)
    trainer = Trainer(options.out, model, loss_of, OPTIMISERS[options.optimiser](model, options.rate, DECAY), 5 if options.smoke else WARM_UP, not options.float32, compiled=options.compile)
    start_from(trainer, options)
    if options.smoke:
        sys.exit(smoke(trainer, crops, validation(generated(2, 2))))
    print(f"{len(crops.samples)} images, {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    train(trainer, crops, validation(load_split(options.data, "val")), Length(options.minutes, options.steps), save_every=5, validate_every=20)


if __name__ == "__main__":
    main()
