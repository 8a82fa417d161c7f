"""Checks that need no data: the chunked scan against its definition, and a made-up language of tones to run the recipe on."""
import csv
from pathlib import Path

import numpy as np
import soundfile
import torch

from features import SAMPLE_RATE
from model import Config, MambaCTC, deepened, ssd_chunked, ssd_recurrence

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
