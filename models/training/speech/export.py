"""Writes the trained weights as float16 safetensors, and a golden file for the application's tests."""
import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from features import BLOCK, SAMPLE_RATE, log_mel
from dataset import collate
from model import Config, MambaCTC

GOLDEN_POSITIONS = 75          # 3 s


def load_model(path: Path, **changes) -> MambaCTC:
    """A .pt of train.py or an exported .safetensors (its halves widened to float32); `changes` of its Config may add a head, which begins with random weights."""
    if path.suffix == ".safetensors":
        state = load_file(path)
        config = Config.of(state)
    else:
        saved = torch.load(path, weights_only=True)
        state, config = saved["model"], Config(**saved["config"])
    model = MambaCTC(replace(config, **changes))
    model.load_state_dict(model.state_dict() | {key: value.float() for key, value in state.items()})
    return model.eval()


def half_state(model: MambaCTC) -> dict[str, torch.Tensor]:
    return {key: value.half().contiguous() for key, value in model.state_dict().items()}


@torch.inference_mode()
def log_probabilities(model: MambaCTC, pcm: torch.Tensor) -> dict[str, torch.Tensor]:
    """pcm [S], S a multiple of 640 -> the graph's outputs [1, 2 S / 640, classes], float32, nothing dropped."""
    heads = model.eval()(collate([log_mel(pcm)]))
    return {name: head[:, : 2 * len(pcm) // BLOCK].contiguous() for name, head in zip(("logprobs", "phones"), heads)}


def test_signal(samples: int) -> torch.Tensor:
    """A gliding, beating tone over noise: every band and many levels are visited."""
    t = np.arange(samples) / SAMPLE_RATE
    glide = np.sin(2 * np.pi * (150 * t + 400 * t**2)) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * t))
    noise = np.random.default_rng(7).standard_normal(samples) * 0.02 * (t > 0.3)
    return torch.from_numpy((0.3 * glide + noise).astype(np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, help="a .pt of train.py; without it, random weights")
    parser.add_argument("--out", type=Path, required=True, help="model.safetensors to write")
    parser.add_argument("--golden", type=Path, help="also write pcm and logprobs of the rounded weights here")
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)

    model = load_model(args.weights) if args.weights else MambaCTC(Config())
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(half_state(model), args.out, metadata={"architecture": "mamba-ctc"})
    print(f"{args.out}: {sum(p.numel() for p in model.parameters())} parameters, {args.out.stat().st_size} bytes")
    if args.golden:
        pcm = test_signal(GOLDEN_POSITIONS * BLOCK)
        args.golden.parent.mkdir(parents=True, exist_ok=True)
        save_file({"pcm": pcm[None], **log_probabilities(load_model(args.out), pcm)}, args.golden)


if __name__ == "__main__":
    main()
