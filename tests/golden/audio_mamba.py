"""Writes audio-mamba.json: logits of Audio Mamba in float64, by plain PyTorch written from the paper (Erol et al. 2024) and the published module structure.

    python tests/golden/audio_mamba.py        (torch, numpy)
"""

import torch
import torch.nn.functional as F
from reference import linear, selective_scan, write
from vim import mixer, mixer_shapes, rms_norm

BANDS, PATCH = 128, 16


def shared_mixer(x, w):
    """Fo-Bi: what is scanned backwards is what is scanned forwards, with an A of its own."""
    x, z = (x @ w["in_proj.weight"].T).chunk(2, -1)
    u = F.silu(F.conv1d(x.mT, w["conv1d.weight"], w["conv1d.bias"], padding=3, groups=x.shape[-1]).mT[:, : x.shape[1]])
    dt, B, C = (u @ w["x_proj.weight"].T).split([w["dt_proj.weight"].shape[1], 16, 16], -1)
    delta = linear(dt, w.at("dt_proj"))
    there = selective_scan(u, delta, -torch.exp(w["A_log"]), B, C, w["D"]) * F.silu(z)
    back = selective_scan(u.flip(1), delta.flip(1), -torch.exp(w["A_b_log"]), B.flip(1), C.flip(1), w["D"]) * F.silu(z.flip(1))
    return (there + back.flip(1)) @ w["out_proj.weight"].T


def audio_mamba(spectrogram, w):
    """[B, frames, bands]"""
    patches = F.conv2d(spectrogram.mT[:, None], w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=PATCH).flatten(2).mT
    positions = w["pos_embed.pos_embed"]
    middle = patches.shape[1] // 2
    patches = patches + positions[:, 1:]
    token = (w["cls_token"] + positions[:, :1]).expand(len(patches), -1, -1)
    x = torch.cat([patches[:, :middle], token, patches[:, middle:]], 1)
    for i in range(w.count("layers")):
        layer = w.at(f"layers.{i}")
        mix = mixer if "mixer.conv1d_b.weight" in layer else shared_mixer
        x = x + mix(rms_norm(x, layer["norm.weight"]), layer.at("mixer"))
    return linear(rms_norm(x[:, middle], w["norm_f.weight"]), w.at("head"))


def shapes(d, depth, frames, classes, shared):
    positions = BANDS // PATCH * (frames // PATCH) + 1
    result = {"cls_token": [1, 1, d], "pos_embed.pos_embed": [1, positions, d], "patch_embed.proj.weight": [d, 1, PATCH, PATCH], "patch_embed.proj.bias": [d]}
    for i in range(depth):
        mixed = mixer_shapes(f"layers.{i}.mixer.", d)
        kept = {key: shape for key, shape in mixed.items() if not (shared and "_b" in key and not key.endswith("A_b_log"))}
        result |= {f"layers.{i}.norm.weight": [d]} | kept
    return result | {"norm_f.weight": [d], "head.weight": [classes, d], "head.bias": [classes]}


if __name__ == "__main__":
    write(
        "audio-mamba",
        {
            "Bi-Bi": (audio_mamba, shapes(40, 3, 64, 10, False), [2, 64, BANDS]),
            "Fo-Bi": (audio_mamba, shapes(40, 3, 48, 10, True), [2, 48, BANDS]),
            "AuM-S, speech commands": (audio_mamba, shapes(384, 24, 128, 35, False), [1, 128, BANDS]),
        },
    )
