"""Checks that need no data: chunked mixers against their definitions, who sees the future, and a made-up language of tones to run the recipe on."""
import csv
import re
from pathlib import Path

import numpy as np
import soundfile
import torch
import torch.nn.functional as F

import mixers
from features import SAMPLE_RATE
from mixers import BidirectionalMixer, ssd_chunked, ssd_recurrence, windowed_attention
from model import Config, MambaCTC, deepened

LETTERS = "ABCDE"
SPLITS = {"train": 96, "dev": 8, "test": 8}


def check_scan() -> None:
    """Raises where the chunked scan differs from the recurrence by more than 1e-10 in float64."""
    torch.manual_seed(0)
    x, dt = torch.randn(2, 192, 3, 8, dtype=torch.float64), torch.rand(2, 192, 3, dtype=torch.float64)
    A = -5 * torch.rand(3, dtype=torch.float64)
    B, C = torch.randn(2, 192, 5, dtype=torch.float64), torch.randn(2, 192, 5, dtype=torch.float64)
    error = (ssd_chunked(x, dt, A, B, C) - ssd_recurrence(x, dt, A, B, C)).abs().max().item()
    assert error < 1e-10, f"the chunked scan is off by {error}"


@torch.inference_mode()
def check_deepened() -> None:
    """Raises where new blocks change what a model says before they have learnt anything."""
    torch.manual_seed(0)
    model = MambaCTC(Config(width=64, blocks=3, heads=2, lookahead_blocks=(0, 2), phones=5)).eval()
    mel = torch.randn(2, 64, 80)
    for before, after in zip(model(mel), deepened(model, 5).eval()(mel)):
        assert torch.equal(before, after), f"off by {(before - after).abs().max()}"


def check_attention() -> None:
    """Raises where attention in chunks differs from attention under one mask by more than 1e-10 in float64, or a rotary product tells more than a distance."""
    torch.manual_seed(0)
    length, window = 640, mixers.WINDOW
    q, k, v = torch.randn(3, 2, length, 3, 8, dtype=torch.float64)
    distance = torch.arange(length)[:, None] - torch.arange(length)
    whole = F.scaled_dot_product_attention(*(t.transpose(1, 2) for t in (q, k, v)), (distance >= 0) & (distance <= window)).transpose(1, 2)
    error = (windowed_attention(q, k, v) - whole).abs().max().item()
    assert error < 1e-10, f"attention in chunks is off by {error}"
    q, k = (mixers.rotated(t[:, :1].expand(t.shape)) for t in (q, k))
    products = torch.einsum("bihp,bjhp->bhij", q, k)
    error = (products[..., 1:, 1:] - products[..., :-1, :-1]).abs().max().item()
    assert error < 1e-3, f"rotary products at one distance differ by {error}"        # the angles are float32


@torch.inference_mode()
def check_mixers() -> None:
    """Raises where a control is not as large as the model, a causal one sees the future, or the second scan is not the first one backwards."""
    mel, length = torch.randn(1, 512, 80), 128
    later = torch.cat([mel[:, :256], torch.randn(1, 256, 80)], 1)
    sizes = {}
    for name in mixers.MIXERS:
        torch.manual_seed(0)
        model = MambaCTC(Config(mixer=name)).eval()
        sizes[name] = sum(p.numel() for p in model.parameters())
        assert abs(sizes[name] / sizes["mamba"] - 1) < 0.02, f"{name} has {sizes[name]} parameters, mamba {sizes['mamba']}"
        changed = (model(mel)[0] - model(later)[0])[:, :length].abs().max().item()
        assert changed > 0.01 if name == "bidirectional" else changed < 1e-4, f"{name}: what comes later changes the first half by {changed}"

    both = BidirectionalMixer(64, 2, 64)
    state = both.state_dict()
    swapped = BidirectionalMixer(64, 2, 64)
    swapped.load_state_dict(state | {name: state[re.sub(r"^(conv1d|A_log|dt_bias|D)(_b)?", lambda m: m[1] + ("" if m[2] else "_b"), name)] for name in state})
    u = torch.randn(2, length, 64)
    error = (both(u) - swapped(u.flip(1)).flip(1)).abs().max().item()
    assert error < 1e-5, f"reading backwards with the scans exchanged is off by {error}"


def write_tone_speech(data: Path) -> None:
    """Words of five letters, 160 ms each, every letter a tone and a phone: manifest.tsv, tones/*.opus and pronunciations.txt."""
    rng = np.random.default_rng(0)
    (data / "tones").mkdir(parents=True)
    words: set[str] = set()
    t = np.arange(int(0.16 * SAMPLE_RATE)) / SAMPLE_RATE
    with open(data / "manifest.tsv", "w", newline="") as file:
        rows = csv.writer(file, delimiter="\t")
        rows.writerow(["set", "split", "utt", "speaker", "seconds", "text"])
        for split, count in SPLITS.items():
            for number in range(count):
                text = "".join(rng.choice(list(LETTERS), 5))
                words.add(text)
                tones = [np.sin(2 * np.pi * 400 * 2 ** LETTERS.index(c) ** 0.8 * t) * np.hanning(len(t)) for c in text]
                pcm = 0.2 * np.concatenate(tones) + 0.001 * rng.standard_normal(5 * len(t))
                utterance = f"{split}-{number:03d}"
                soundfile.write(data / "tones" / f"{utterance}.opus", pcm, SAMPLE_RATE, format="OGG", subtype="OPUS")
                rows.writerow(["tones", split, utterance, "synthetic", f"{len(pcm) / SAMPLE_RATE:.3f}", text])
    (data / "pronunciations.txt").write_text("".join(f"{word}\t{' '.join(word.lower())}\n" for word in sorted(words)))
