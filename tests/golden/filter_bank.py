"""Writes filter-bank.json: log-mel energies in float64 from Kaldi's definitions (compute-fbank-feats; Povey et al. 2011): Hann window, no dither, no energy, 20 Hz to 8 kHz.

    python tests/golden/filter_bank.py        (numpy)
"""

import json
from pathlib import Path

import numpy as np
from seeded import tensor

SAMPLES, RATE, FRAME, HOP, FFT = 2000, 16_000, 400, 160, 512
STEP = 7  # so many-th value is kept


def mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def energies(x, bands):
    low, high = mel(20), mel(RATE / 2)
    edges = np.linspace(low, high, bands + 2)
    bins = mel(np.arange(FFT // 2) * RATE / FFT)  # that at half the rate counts for nothing
    filters = np.zeros((bands, FFT // 2 + 1))
    for band in range(bands):
        left, top, right = edges[band : band + 3]
        for i, place in enumerate(bins):
            if left < place < right:
                filters[band, i] = (place - left) / (top - left) if place <= top else (right - place) / (right - top)
    rows = []
    for start in range(0, len(x) - FRAME + 1, HOP):
        frame = x[start : start + FRAME] - x[start : start + FRAME].mean()
        frame = frame - 0.97 * np.concatenate([frame[:1], frame[:-1]])
        power = np.abs(np.fft.rfft(frame * np.hanning(FRAME), FFT)) ** 2
        rows.append(np.log(np.maximum(filters @ power, np.finfo(np.float32).eps)))
    return np.array(rows)


if __name__ == "__main__":
    y = energies(tensor("sound", [SAMPLES], -0.5, 0.5).astype(np.float64), 128)
    golden = {"samples": SAMPLES, "frames": len(y), "bands": 128, "values": [float(f"{v:.7g}") for v in y.flatten()[::STEP]]}
    Path(__file__).with_name("filter-bank.json").write_text(json.dumps(golden) + "\n")
    print(y.shape, y.min(), y.max())
