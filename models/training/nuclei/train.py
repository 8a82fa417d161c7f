"""Trains mamba-unet on nuclei: `python train.py --data DIR --out DIR --minutes 90`. See README.md."""

import argparse
import copy
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import Crops, generated, load_split, whole_image_input
from model import MambaUNet, fold
from postprocess import Parameters, instances
from score import average_precision, counts

RATE, DECAY, WARM_UP = 2e-3, 0.05, 100  # the last in steps
BATCH = 8
EMA = 0.998
RIM = 4.0  # how much more a rim pixel counts than the rest, against their rarity
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


def validate(model: MambaUNet, samples) -> tuple[float, float]:
    """Mean over images of AP at IoU 0.5, and of the mean AP over 0.5:0.05:0.9, with the default post-processing."""
    folded = fold(model.eval()).to(memory_format=torch.channels_last)
    ap = np.array([average_precision(counts(instances(predict(folded, s.image), Parameters()), s.labels)) for s in samples])
    return float(ap[:, 0].mean()), float(ap.mean())


class Trainer:
    def __init__(self, out: Path, bfloat16: bool, warm_up: int, rate: float = RATE):
        torch.manual_seed(SEED)
        self.out, self.bfloat16, self.warm_up, self.rate = out, bfloat16, warm_up, rate
        self.model = MambaUNet().to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        matrices = [p for p in self.model.parameters() if p.ndim > 1]
        vectors = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
        self.step, self.seconds, self.best = 0, 0.0, -1.0

    def save(self, name: str) -> None:
        state = {k: getattr(self, k).state_dict() for k in ("model", "average", "optimiser")}
        scratch = self.out / f"{name}.tmp"
        torch.save(state | {"step": self.step, "seconds": self.seconds, "best": self.best}, scratch)
        scratch.replace(self.out / f"{name}.pt")

    def resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, weights_only=True)
        for k in ("model", "average", "optimiser"):
            getattr(self, k).load_state_dict(state[k])
        self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]

    def restart(self, checkpoint: Path) -> None:
        """Weights, their average, the optimiser and the number of the next batch from a checkpoint; the schedule starts anew."""
        self.resume(checkpoint)
        self.seconds, self.best = 0.0, -1.0

    def update(self, image: torch.Tensor, target: torch.Tensor, progress: float) -> float:
        """One step; progress in [0, 1] is the share of the allotted time that has passed."""
        rate = self.rate * min(1, (self.step + 1) / self.warm_up) * (0.01 + 0.99 * (1 + math.cos(math.pi * min(progress, 1))) / 2)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            maps = self.model(image.contiguous(memory_format=torch.channels_last))
        loss = loss_of(maps, target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(EMA, self.step / (self.step + 10))
        with torch.no_grad():
            for slow, fast in zip(self.average.state_dict().values(), self.model.state_dict().values()):
                slow.lerp_(fast, 1 - keep) if slow.is_floating_point() else slow.copy_(fast)
        return loss.item()


def train(trainer: Trainer, crops: Crops, held_out, minutes: float, save_every: float, validate_every: float) -> list[float]:
    """Until the minutes of training (validation included) are over; the schedule follows the clock. Returns the loss of every step."""
    order = range(trainer.step, len(crops))
    loader = torch.utils.data.DataLoader(crops, batch_size=None, sampler=order, num_workers=1, prefetch_factor=4)
    began = time.monotonic() - trainer.seconds
    saved = checked = trainer.seconds
    losses = []
    for image, target in loader:
        losses.append(trainer.update(image, target, trainer.seconds / (60 * minutes)))
        trainer.seconds = time.monotonic() - began
        done = trainer.seconds >= 60 * minutes
        if trainer.step % 50 == 0:
            print(f"step {trainer.step}  {trainer.seconds / 60:.1f} min  loss {np.mean(losses[-50:]):.4f}", flush=True)
        if done or trainer.seconds - checked >= 60 * validate_every:
            ap, mean_ap = validate(trainer.average, held_out)
            print(f"step {trainer.step}  validation AP@0.5 {ap:.4f}  mean AP {mean_ap:.4f}", flush=True)
            if ap + mean_ap > trainer.best:
                trainer.best = ap + mean_ap
                trainer.save("best")
            trainer.seconds = checked = time.monotonic() - began
        if done or trainer.seconds - saved >= 60 * save_every:
            trainer.save("last")
            saved = trainer.seconds
        if done:
            break
    return losses


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, help="folder with split.tsv, images/ and instances/")
    parser.add_argument("--out", type=Path, default=Path("nuclei-run"))
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--float32", action="store_true", help="without bfloat16 autocast, for processors that lack it")
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume", action="store_true", help="go on from OUT/last.pt")
    start.add_argument("--continue", type=Path, dest="checkpoint", help="go on from this checkpoint with a schedule of its own")
    parser.add_argument("--smoke", action="store_true", help="one minute on generated images, to try the recipe")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.out, not options.float32, warm_up=5 if options.smoke else WARM_UP, rate=options.rate)
    if options.resume:
        trainer.resume(options.out / "last.pt")
    if options.checkpoint:
        trainer.restart(options.checkpoint)
    if options.smoke:
        losses = train(trainer, Crops(generated(40, 1), 2, SEED), generated(2, 2), 1, save_every=1, validate_every=1)
        first, last = np.mean(losses[:5]), np.mean(losses[-5:])
        print(f"{len(losses)} steps of 2 generated crops, loss {first:.3f} -> {last:.3f}")
        sys.exit(0 if last < 0.8 * first else "the loss did not fall by a fifth: too few steps, or an error")
    if options.data is None:
        parser.error("--data is required, unless --smoke is given")
    crops = Crops(load_split(options.data, "train"), BATCH, SEED)
    print(f"{len(crops.samples)} images, {sum(p.numel() for p in trainer.model.parameters()):,} parameters", flush=True)
    train(trainer, crops, load_split(options.data, "val"), options.minutes, save_every=5, validate_every=20)


if __name__ == "__main__":
    main()
