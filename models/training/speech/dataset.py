"""Prepared features as length-bucketed batches, with augmentation in the mel domain."""
import json
from pathlib import Path

import numpy as np
import torch
from scipy.signal import lfilter
from torch import Tensor

from features import BANDS, FLOOR, SILENCE
from mixers import MAX_CHUNK
from pronunciations import Pronunciations
from text import encode
from wordless import coloured_noise, wordless

POSITION = 4       # mel frames in one position of the model


class Corpus:
    def __init__(self, work: Path):
        meta = json.loads((work / "index.json").read_text())
        self.mean, self.std = (torch.tensor(meta[k], dtype=torch.float32) for k in ("mean", "std"))
        self.items = meta["items"]
        self.features = np.memmap(work / "features.f16", np.float16, "r").reshape(-1, BANDS)

    def select(self, split: str) -> list[dict]:
        return [item for item in self.items if item["split"] == split]

    def mel(self, item: dict) -> Tensor:
        return torch.from_numpy(self.features[item["offset"] : item["offset"] + item["frames"]].astype(np.float32))


def make_batches(items: list[dict], seconds: float, rng: np.random.Generator) -> list[list[dict]]:
    """Utterances of similar length together, each batch about `seconds` long with its padding; in random order."""
    ordered = sorted(items, key=lambda item: item["frames"] * rng.uniform(0.95, 1.05))
    batches, batch, longest = [], [], 0
    for item in ordered:
        longest = max(longest, item["frames"])
        if batch and longest * (len(batch) + 1) > seconds * 100:
            batches.append(batch)
            batch, longest = [], item["frames"]
        batch.append(item)
    batches.append(batch)
    return [batches[i] for i in rng.permutation(len(batches))]


def warp_frequency(mel: Tensor, factor: float) -> Tensor:
    """A shorter or longer vocal tract: band k is read at k * factor."""
    at = (torch.arange(BANDS) * factor).clamp(max=BANDS - 1)
    low = at.floor().long().clamp(max=BANDS - 2)
    return torch.lerp(mel[:, low], mel[:, low + 1], at - low)


def colouring(rng: np.random.Generator) -> Tensor:
    """Gains of the bands of some microphone and distance: a slow curve over them, a standard deviation of up to 5 dB."""
    waves = torch.cos(torch.pi * torch.arange(1, 5)[:, None] * torch.arange(BANDS) / BANDS + torch.from_numpy(rng.uniform(0, 2 * np.pi, (4, 1))))
    return 10 ** (torch.from_numpy(rng.uniform(-3.5, 3.5, 4)) @ waves / 10).float()


def reverberation(power: Tensor, rng: np.random.Generator) -> Tensor:
    """What a room adds to power [T, bands]: an exponential tail that loses 60 dB in 0.15 to 0.7 s, 3 to 18 dB below the sound."""
    decay = 10 ** (-6 * 0.01 / rng.uniform(0.15, 0.7))
    tail = lfilter([0, decay], [1, -decay], power.numpy(), axis=0) * (1 - decay) / decay
    return torch.from_numpy(tail * 10 ** (-rng.uniform(3, 18) / 10)).float()


def augment(mel: Tensor, after: int, mean: Tensor, rng: np.random.Generator) -> Tensor:
    """Leading silence, vocal tract, level, colour and room, noise and SpecAugment masks; `after` frames of silence end it."""
    if rng.random() < 0.8:
        mel = warp_frequency(mel, rng.uniform(0.86, 1.14))
    before = POSITION * int(rng.integers(0, 16)) if rng.random() < 0.25 else 0
    speech = len(mel)
    mel = torch.nn.functional.pad(mel, (0, 0, before, after), value=SILENCE)
    power = (mel.exp() - FLOOR).clamp(min=0) * 10 ** (rng.uniform(-20, 10) / 10)
    if rng.random() < 0.6:
        power = power * colouring(rng)
    if rng.random() < 0.25:
        power = power + reverberation(power, rng)
    if rng.random() < 0.35:
        loudness = 10 * np.log10(power[before : before + speech].mean().item() + 1e-12)
        noise = coloured_noise(len(mel), loudness - rng.uniform(5, 40), rng)
        if rng.random() < 0.5:
            noise[before + speech :] = 0          # the file ends: digital silence; else: the room goes on
        power = power + noise
    mel = torch.log(power + FLOOR)
    for _ in range(2):
        width = int(rng.integers(0, 20))
        start = int(rng.integers(0, BANDS - width))
        mel[:, start : start + width] = mean[start : start + width]
    for _ in range(1 + speech // 150):
        width = int(rng.integers(0, min(18, speech // 8)))
        start = before + int(rng.integers(0, speech - width))
        mel[start : start + width] = mean
    return mel


def padded_positions(positions: int) -> int:
    """The next length that the scan cuts into equal chunks, each a multiple of 4."""
    chunks = -(-positions // MAX_CHUNK)
    return chunks * 4 * -(-positions // (chunks * 4))


def collate(mels: list[Tensor]) -> Tensor:
    """Pads with digital silence to whole chunks: [B, 4T, 80]."""
    length = POSITION * padded_positions(max(len(m) for m in mels) // POSITION)
    batch = torch.full((len(mels), length, BANDS), SILENCE)
    for row, mel in zip(batch, mels):
        row[: len(mel)] = mel
    return batch


def plain_batch(corpus: Corpus, batch: list[dict], delay: int) -> tuple[Tensor, list[int]]:
    """Features with `delay` positions of silence after each utterance, and output frames of each."""
    mels = [corpus.mel(item) for item in batch]
    silence = torch.full((delay * POSITION, BANDS), SILENCE)
    return collate([torch.cat([m, silence]) for m in mels]), [len(m) // 2 for m in mels]


class TrainingBatches(torch.utils.data.Dataset):
    """Augmented batches; what is done to each follows from `seed` and its place alone."""

    def __init__(self, corpus: Corpus, batches: list[list[dict]], delay: int, wordless_share: float, pronunciations: Pronunciations | None, seed: list[int]):
        self.corpus, self.batches, self.delay, self.wordless_share, self.pronunciations, self.seed = corpus, batches, delay, wordless_share, pronunciations, seed

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, at: int) -> tuple[Tensor, list[int], list[list[list[int]]]]:
        """Features [B, 4T, 80], output frames of each utterance and, for each head, its target classes."""
        rng = np.random.default_rng([*self.seed, at])
        after = self.delay * POSITION
        mels, texts = [], []
        for item in self.batches[at]:
            has_words = rng.random() >= self.wordless_share
            mels.append(augment(self.corpus.mel(item), after, self.corpus.mean, rng) if has_words else wordless(item["frames"] + after, rng))
            texts.append(item["text"] if has_words else "")
        targets = [[encode(text) for text in texts]]
        if self.pronunciations:
            targets.append([self.pronunciations.encode(text, rng) for text in texts])
        return collate(mels), [len(m) // 2 - 2 * self.delay for m in mels], targets
