"""Training by the clock or by steps, with averaged weights, checkpoints and a validation now and then: what the recipes of pictures share."""

import argparse
import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from .model import MIXERS, MambaUNet, Shape, unfold
from .muon import Muon

LARGEST_TAPS = 4  # of a row of the weights of a depthwise convolution
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # of maps and targets
Validation = Callable[[torch.nn.Module], tuple[float, str]]  # a merit, the higher the better, and what to print


class Trainer:
    """`optimisers`: their groups' rates are the highest ones; each step scales them by the schedule."""

    def __init__(self, out: Path, model: torch.nn.Module, loss: Loss, optimisers: list[torch.optim.Optimizer], warm_up: int, bfloat16: bool, ema: float = 0.998, compiled: bool = False):
        self.out, self.loss, self.optimisers, self.warm_up, self.bfloat16, self.ema = out, loss, optimisers, warm_up, bfloat16, ema
        self.model = model.to(memory_format=torch.channels_last)
        self.forward = torch.compile(self.model, dynamic=False) if compiled else self.model
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in optimisers]
        self.step, self.seconds, self.best = 0, 0.0, -1.0

    def save(self, name: str) -> None:
        state = {"model": self.model.state_dict(), "average": self.average.state_dict(), "optimisers": [o.state_dict() for o in self.optimisers]}
        scratch = self.out / f"{name}.tmp"
        torch.save(state | {"step": self.step, "seconds": self.seconds, "best": self.best}, scratch)
        scratch.replace(self.out / f"{name}.pt")

    def resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]

    def restart(self, checkpoint: Path) -> None:
        """Weights, their average, the optimisers and the number of the next batch from a checkpoint; the schedule starts anew."""
        self.resume(checkpoint)
        self.seconds, self.best = 0.0, -1.0

    def update(self, image: torch.Tensor, target: torch.Tensor, progress: float) -> float:
        """One step; progress in [0, 1] is the share of the training that is over."""
        share = min(1, (self.step + 1) / self.warm_up) * (0.01 + 0.99 * (1 + math.cos(math.pi * min(progress, 1))) / 2)
        for optimiser, rates in zip(self.optimisers, self.rates):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * share
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            maps = self.forward(image.contiguous(memory_format=torch.channels_last))
        loss = self.loss(maps, target)
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        keep = min(self.ema, self.step / (self.step + 10))
        with torch.no_grad():
            for slow, fast in zip(self.average.state_dict().values(), self.model.state_dict().values()):
                slow.lerp_(fast, 1 - keep) if slow.is_floating_point() else slow.copy_(fast)
        return loss.item()


def adamw(model: torch.nn.Module, rate: float, decay: float) -> list[torch.optim.Optimizer]:
    """Matrices and kernels are decayed, the other parameters are not."""
    parameters = list(model.parameters())
    groups = [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay}, {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}]
    return [torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))]


def muon(model: torch.nn.Module, rate: float, decay: float) -> list[torch.optim.Optimizer]:
    """Muon for matrices and kernels, AdamW for vectors and for the taps of depthwise convolutions."""
    parameters = list(model.parameters())
    matrices = [p for p in parameters if p.ndim > 1 and p[0].numel() > LARGEST_TAPS]
    others = [p for p in parameters if p.ndim <= 1 or p[0].numel() <= LARGEST_TAPS]
    return [Muon(matrices, rate, decay), torch.optim.AdamW(others, rate, betas=(0.9, 0.98), weight_decay=0)]


@dataclass(frozen=True)
class Length:
    """Of a training: minutes, validation included, or steps, so that it is the same on every machine and under every load."""

    minutes: float
    steps: int | None = None

    def over(self, trainer: Trainer) -> float:
        """The share that is over."""
        return trainer.step / self.steps if self.steps else trainer.seconds / (60 * self.minutes)


def train(trainer: Trainer, batches: torch.utils.data.Dataset, validate: Validation, length: Length, save_every: float, validate_every: float, until: float = 1) -> list[float]:
    """Until the share `until` of the length is over. Saves and validates every so many minutes and at the end; a training by steps validates
    at the end only. Returns the loss of every step."""
    order = range(trainer.step, len(batches))
    loader = torch.utils.data.DataLoader(batches, batch_size=None, sampler=order, num_workers=1, prefetch_factor=4)
    began = time.monotonic() - trainer.seconds
    saved = checked = trainer.seconds
    losses = []
    for image, target in loader:
        losses.append(trainer.update(image, target, length.over(trainer)))
        trainer.seconds = time.monotonic() - began
        done = length.over(trainer) >= until
        if trainer.step % 50 == 0:
            print(f"step {trainer.step}  {trainer.seconds / 60:.1f} min  loss {np.mean(losses[-50:]):.4f}", flush=True)
        if done or not length.steps and trainer.seconds - checked >= 60 * validate_every:
            merit, text = validate(trainer.average.eval())
            print(f"step {trainer.step}  validation {text}", flush=True)
            if merit > trainer.best:
                trainer.best = merit
                trainer.save("best")
            trainer.seconds = checked = time.monotonic() - began
        if done or trainer.seconds - saved >= 60 * save_every:
            trainer.save("last")
            saved = trainer.seconds
        if done:
            break
    return losses


def command_line(out: str, minutes: float, rate: float) -> argparse.ArgumentParser:
    """What the recipes share, with their defaults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, help="folder with the pictures, see README.md")
    parser.add_argument("--out", type=Path, default=Path(out))
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=minutes)
    length.add_argument("--steps", type=int, help="so many steps, however long they take; for comparisons")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--float32", action="store_true", help="without bfloat16 autocast, for processors that lack it")
    parser.add_argument("--compile", action="store_true", help="translate the network first, which takes minutes and saves some of each step")
    parser.add_argument("--rate", type=float, default=rate, help="the highest learning rate")
    parser.add_argument("--blocks", choices=MIXERS, default="mamba", help="controls of equal size have other blocks than state-space ones; they are not for export")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume", action="store_true", help="go on from OUT/last.pt")
    start.add_argument("--continue", type=Path, dest="checkpoint", help="go on from this checkpoint with a schedule of its own")
    start.add_argument("--init", type=Path, metavar="MODEL", help="begin with these exported weights, a model.safetensors, with a schedule of its own")
    parser.add_argument("--smoke", action="store_true", help="one minute on generated pictures, to try the recipe")
    return parser


def options_of(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The folder `out` is made, the threads are set."""
    options = parser.parse_args()
    if options.data is None and not options.smoke:
        parser.error("--data is required, unless --smoke is given")
    if options.steps and options.checkpoint:
        parser.error("--continue keeps the number of the step, so its schedule goes by --minutes")
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    return options


def first_model(shape: Shape, options: argparse.Namespace, batches: torch.utils.data.Dataset) -> MambaUNet:
    """Untrained, or what --init names; of --blocks."""
    shape = replace(shape, mixer=options.blocks)
    return unfold(load_file(options.init), shape, batches[0][0]) if options.init else MambaUNet(shape)


def start_from(trainer: Trainer, options: argparse.Namespace) -> None:
    if options.resume:
        trainer.resume(options.out / "last.pt")
    if options.checkpoint:
        trainer.restart(options.checkpoint)


def smoke(trainer: Trainer, batches: torch.utils.data.Dataset, validate: Validation) -> str | None:
    """A minute of training. Returns what is wrong, for sys.exit."""
    losses = train(trainer, batches, validate, Length(minutes=1), save_every=1, validate_every=1)
    first, last = np.mean(losses[:5]), np.mean(losses[-5:])
    print(f"{len(losses)} steps of 2 generated crops, loss {first:.3f} -> {last:.3f}")
    return None if last < 0.8 * first else "the loss did not fall by a fifth: too few steps, or an error"
