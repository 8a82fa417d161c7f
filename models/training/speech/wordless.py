"""Sounds without words, to be transcribed as nothing: digital silence, noise of any level and colour, and music of synthetic notes."""
import functools

import numpy as np
import torch
from torch import Tensor

from features import BANDS, CENTRES, FLOOR, HOP, SAMPLE_RATE, SILENCE, log_mel

MINOR_AND_MAJOR = [(0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 5, 7, 9, 11)]   # semitones above the key's note
PARTIALS = 12
OF_SILENCE, OF_NOISE = 0.2, 0.4        # shares; the rest is music


@functools.cache
def white_noise() -> Tensor:
    """[6000, 80] band powers of a minute; made as sound, since narrow bands of low noise come and go much as voices do."""
    return log_mel(torch.from_numpy(np.random.default_rng(0).standard_normal(6000 * HOP, dtype=np.float32))).exp()


def coloured_noise(frames: int, level: float, rng: np.random.Generator) -> Tensor:
    """[frames, 80] band powers of stationary noise with a random smooth spectrum, mean power `level` in dB.

    The slope reaches from blue noise (3 dB more an octave) beyond brown (6 dB less).
    """
    octaves = np.log2(CENTRES / 1000)
    colour = rng.uniform(-7, 3) * octaves + np.interp(octaves, np.linspace(-4.5, 3, 6), rng.normal(0, 4, 6))
    power = white_noise().roll(int(rng.integers(6000)), 0)[torch.arange(frames) % 6000] * torch.from_numpy(10 ** (colour / 10)).float()
    return power * (10 ** (level / 10) / power.mean())


def note(seconds: float, frequency: float, rng: np.random.Generator) -> np.ndarray:
    """[S] struck or blown: harmonics that fade faster the higher they are, with or without vibrato."""
    t = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    vibrato = rng.uniform(0, 0.012) * (rng.random() < 0.4)
    phase = 2 * np.pi * frequency * (t - vibrato * np.cos(2 * np.pi * rng.uniform(4, 7) * t) / (2 * np.pi * 5))
    fall, fading = rng.uniform(0.4, 2.2), rng.choice([0.0, rng.uniform(1, 6)])
    sound = np.zeros_like(t)
    for k in range(1, PARTIALS + 1):
        if k * frequency < 7600:
            sound += np.sin(k * phase) * np.exp(-fading * t * (1 + 0.15 * k)) * k**-fall * rng.uniform(0.3, 1)
    return sound * np.minimum(1, t / rng.uniform(0.004, 0.06)) * np.minimum(1, (t[-1] - t) / 0.02)


def music(frames: int, rng: np.random.Generator) -> Tensor:
    """[frames, 80] log-mel of one to three voices of notes from one key, with or without a beat of noise, -45 to -5 dB of full scale."""
    sound = np.zeros(frames * HOP, np.float32)
    scale, key, beat = MINOR_AND_MAJOR[rng.integers(2)], rng.uniform(55, 220), rng.uniform(0.15, 0.7)
    for _ in range(rng.integers(1, 4)):
        at, degree, loudness = 0, int(rng.integers(0, 15)), rng.uniform(0.3, 1)
        while at < len(sound):
            seconds = beat * rng.choice([0.5, 1, 1, 2, 4])
            if rng.random() < 0.85:
                degree = int(np.clip(degree + rng.integers(-3, 4), 0, 24))
                pitch = key * 2 ** (degree // 7 + scale[degree % 7] / 12)
                played = note(seconds * rng.uniform(0.7, 1.3) + 0.05, pitch, rng)[: len(sound) - at]
                sound[at : at + len(played)] += loudness * played
            at += int(seconds * SAMPLE_RATE)
    if rng.random() < 0.4:
        hit = rng.standard_normal(int(0.08 * SAMPLE_RATE)).astype(np.float32) * np.exp(-np.linspace(0, 7, int(0.08 * SAMPLE_RATE), dtype=np.float32))
        for at in range(0, len(sound) - len(hit), int(beat * SAMPLE_RATE)):
            sound[at : at + len(hit)] += rng.uniform(0.2, 1) * hit
    rms = 10 ** (rng.uniform(-45, -5) / 20)
    return log_mel(torch.from_numpy(sound * (rms / max(float(np.sqrt(np.mean(sound**2))), 1e-6))).float().clamp(-1, 1))


def wordless(frames: int, rng: np.random.Generator) -> Tensor:
    """[frames, 80] log-mel, nothing to be heard in it."""
    kind = rng.random()
    if kind < OF_SILENCE:
        return torch.full((frames, BANDS), SILENCE)
    if kind < OF_SILENCE + OF_NOISE:
        return torch.log(coloured_noise(frames, rng.uniform(-60, 15), rng) * 10 ** rng.uniform(-0.5, 0.5) + FLOOR)
    return music(frames, rng)
