"""Writes mamba-vision.json: MambaVision in float64, from Hatamizadeh & Kautz 2024 and the published names and shapes of its weights.

    python tests/golden/mamba_vision.py        (numpy, torch)
"""

import torch
import torch.nn.functional as F
from reference import Weights, batch_norm, layer_norm, linear, selective_scan, write
from upernet import upernet, upernet_shapes

WINDOWS, SEGMENTATION_WINDOWS, HEADS = (14, 7), (64, 32), (8, 16)


def stem(x, w):
    for i in (0, 3):
        x = F.relu(batch_norm(F.conv2d(x, w[f"{i}.weight"], stride=2, padding=1), w.at(f"{i + 1}"), eps=1e-4))
    return x


def conv_block(x, w):
    y = batch_norm(F.conv2d(x, w["conv1.weight"], w["conv1.bias"], padding=1), w.at("norm1"))
    y = batch_norm(F.conv2d(F.gelu(y, approximate="tanh"), w["conv2.weight"], w["conv2.bias"], padding=1), w.at("norm2"))
    return x + y * w["gamma"].view(-1, 1, 1) if "gamma" in w else x + y


def mixer(x, w):
    """x [n, L, D]"""
    inner, states = w["A_log"].shape
    rank = w["dt_proj.weight"].shape[1]
    u, z = linear(x, w.at("in_proj")).transpose(1, 2).chunk(2, 1)
    u = F.silu(F.conv1d(u, w["conv1d_x.weight"], padding="same", groups=inner)).transpose(1, 2)
    z = F.silu(F.conv1d(z, w["conv1d_z.weight"], padding="same", groups=inner)).transpose(1, 2)
    low = linear(u, w.at("x_proj"))
    delta = linear(low[..., :rank], w.at("dt_proj")) + w["dt_proj.bias"]
    y = selective_scan(u, delta, -torch.exp(w["A_log"]), low[..., rank : rank + states], low[..., rank + states :], w["D"])
    return linear(torch.cat([y, z], -1), w.at("out_proj"))


def attention(x, w, heads):
    n, length, width = x.shape
    q, k, v = linear(x, w.at("qkv")).view(n, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    weights = torch.softmax(q @ k.transpose(-2, -1) / (width // heads) ** 0.5, -1)
    return linear((weights @ v).transpose(1, 2).reshape(n, length, width), w.at("proj"))


def mixer_block(x, w, heads):
    normed = layer_norm(x, w.at("norm1"))
    y = mixer(normed, w.at("mixer")) if "mixer.A_log" in w else attention(normed, w.at("mixer"), heads)
    x = x + (y * w["gamma_1"] if "gamma_1" in w else y)
    y = linear(F.gelu(linear(layer_norm(x, w.at("norm2")), w.at("mlp.fc1"))), w.at("mlp.fc2"))
    return x + (y * w["gamma_2"] if "gamma_2" in w else y)


def windowed(x, side, inside):
    """each window of a map [B, C, H, W] by itself, in raster order"""
    batch, channels, height, width = x.shape
    x = F.pad(x, (0, -width % side, 0, -height % side))
    out = torch.empty_like(x)
    for top in range(0, x.shape[2], side):
        for left in range(0, x.shape[3], side):
            window = x[:, :, top : top + side, left : left + side]
            out[:, :, top : top + side, left : left + side] = inside(window.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(window.shape)
    return out[:, :, :height, :width]


def stages(image, w, windows):
    x = stem(image, w.at("patch_embed.conv_down"))
    for s in range(w.count("levels")):
        level = w.at(f"levels.{s}")

        def blocks(y):
            for b in range(level.count("blocks")):
                block = level.at(f"blocks.{b}")
                y = conv_block(y, block) if s < 2 else mixer_block(y, block, HEADS[s - 2])
            return y

        x = blocks(x) if s < 2 else windowed(x, windows[s - 2], blocks)
        yield x
        if s < 3:
            x = F.conv2d(x, level["downsample.reduction.0.weight"], stride=2, padding=1)


def classify(image, w):
    *_, last = stages(image, w, WINDOWS)
    return linear(batch_norm(last, w.at("norm")).mean((2, 3)), w.at("head"))


def segment(image, w):
    backbone = w.at("backbone")
    maps = [layer_norm(x.permute(0, 2, 3, 1), backbone.at(f"outnorm{s}")).permute(0, 3, 1, 2) for s, x in enumerate(stages(image, backbone, SEGMENTATION_WINDOWS))]
    return upernet(maps, w.at("decode_head"))


def normed(prefix, channels):
    return {prefix + key: [channels] for key in ("weight", "bias")}


def running(prefix, channels):
    return {prefix + key: [channels] for key in ("weight", "bias", "running_mean", "running_var")}


def backbone_shapes(dim, narrow, depths, scaled=False):
    shapes = {"patch_embed.conv_down.0.weight": [narrow, 3, 3, 3], "patch_embed.conv_down.3.weight": [dim, narrow, 3, 3]}
    shapes |= running("patch_embed.conv_down.1.", narrow) | running("patch_embed.conv_down.4.", dim)
    for s, depth in enumerate(depths):
        c = dim * 2**s
        for b in range(depth):
            p = f"levels.{s}.blocks.{b}."
            if s < 2:
                for i in "12":
                    shapes |= {f"{p}conv{i}.weight": [c, c, 3, 3], f"{p}conv{i}.bias": [c]} | running(f"{p}norm{i}.", c)
                continue
            shapes |= normed(p + "norm1.", c) | normed(p + "norm2.", c)
            shapes |= {p + "mlp.fc1.weight": [4 * c, c], p + "mlp.fc1.bias": [4 * c], p + "mlp.fc2.weight": [c, 4 * c], p + "mlp.fc2.bias": [c]}
            if scaled:
                shapes |= {p + "gamma_1": [c], p + "gamma_2": [c]}
            m = p + "mixer."
            if b < (depth + 1) // 2:
                e, r = c // 2, -(-c // 16)
                shapes |= {m + "in_proj.weight": [c, c], m + "x_proj.weight": [r + 16, e], m + "dt_proj.weight": [e, r], m + "dt_proj.bias": [e], m + "A_log": [e, 8], m + "D": [e]}
                shapes |= {m + "out_proj.weight": [c, c], m + "conv1d_x.weight": [e, 1, 3], m + "conv1d_z.weight": [e, 1, 3]}
            else:
                shapes |= {m + "qkv.weight": [3 * c, c], m + "qkv.bias": [3 * c], m + "proj.weight": [c, c], m + "proj.bias": [c]}
        if s < 3:
            shapes[f"levels.{s}.downsample.reduction.0.weight"] = [2 * c, c, 3, 3]
    return shapes


def classifier_shapes(dim, narrow, depths, classes, **options):
    c = dim * 8
    return backbone_shapes(dim, narrow, depths, **options) | running("norm.", c) | {"head.weight": [classes, c], "head.bias": [classes]}


def segmenter_shapes(dim, narrow, depths, classes, channels):
    dims = [dim * 2**s for s in range(4)]
    shapes = {f"backbone.{key}": shape for key, shape in backbone_shapes(dim, narrow, depths).items()}
    for s, c in enumerate(dims):
        shapes |= normed(f"backbone.outnorm{s}.", c)
    return shapes | upernet_shapes(dims, classes, channels)


if __name__ == "__main__":
    write(
        "mamba-vision",
        {
            "classifier": (classify, classifier_shapes(4, 6, [1, 1, 3, 2], 7), [2, 3, 64, 96]),
            "classifier with scaled branches, several windows": (classify, classifier_shapes(4, 5, [1, 2, 2, 1], 5, scaled=True), [1, 3, 256, 320]),
            "MambaVision-T": (classify, classifier_shapes(80, 32, [1, 3, 8, 4], 1000), [1, 3, 224, 224]),
            "segmenter": (segment, segmenter_shapes(4, 6, [1, 1, 2, 2], 5, 8), [1, 3, 72, 100]),
        },
    )
