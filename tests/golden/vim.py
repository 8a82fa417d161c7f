"""Writes vim.json: logits of Vim classifiers in float64, by plain PyTorch written from the paper (Zhu et al. 2024) and the published module structure.

    python tests/golden/vim.py        (torch, numpy)
"""

import torch
import torch.nn.functional as F
from reference import batch_norm, linear, selective_scan, write
from upernet import upernet, upernet_shapes


def rms_norm(x, weight):
    return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-5) * weight


def one_way(x, z, w, own, a, skip):
    """x, z [B, L, E] in reading order"""
    length = x.shape[1]
    kernel, bias = w[f"conv1d{own}.weight"], w[f"conv1d{own}.bias"]
    u = F.silu(F.conv1d(x.mT, kernel, bias, padding=kernel.shape[-1] - 1, groups=x.shape[-1]).mT[:, :length])
    states = w[a].shape[1]
    dt, B, C = (u @ w[f"x_proj{own}.weight"].T).split([w[f"dt_proj{own}.weight"].shape[1], states, states], -1)
    y = selective_scan(u, linear(dt, w.at(f"dt_proj{own}")), -torch.exp(w[a]), B, C, w[skip])
    return y * F.silu(z)


def mixer(x, w):
    x, z = (x @ w["in_proj.weight"].T).chunk(2, -1)
    forward = one_way(x, z, w, "", "A_log", "D")
    backward = one_way(x.flip(1), z.flip(1), w, "_b", "A_b_log", "D_b").flip(1)
    return (forward + backward) / 2 @ w["out_proj.weight"].T


def vim(stride):
    def run(image, w):
        patches = F.conv2d(image, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=stride).flatten(2).mT
        middle = patches.shape[1] // 2
        token = w["cls_token"].expand(len(image), -1, -1)
        x = torch.cat([patches[:, :middle], token, patches[:, middle:]], 1) + w["pos_embed"]
        for i in range(w.count("layers")):
            layer = w.at(f"layers.{i}")
            x = x + mixer(rms_norm(x, layer["norm.weight"]), layer.at("mixer"))
        return linear(rms_norm(x[:, middle], w["norm_f.weight"]), w.at("head"))

    return run


def segment(image, w):
    backbone = w.at("backbone")
    grid = image.shape[-1] // 16
    x = F.conv2d(image, backbone["patch_embed.proj.weight"], backbone["patch_embed.proj.bias"], stride=16).flatten(2).mT + backbone["pos_embed"]
    depth, maps = backbone.count("layers"), []
    for i in range(depth):
        layer = backbone.at(f"layers.{i}")
        mixed = mixer(rms_norm(x, layer["norm.weight"]), layer.at("mixer"))
        if i + 1 in (depth // 4, depth // 2, 3 * depth // 4, depth):
            maps.append(mixed.mT.unflatten(-1, (grid, grid)))
        x = x + mixed

    def doubled(x, key):
        return F.conv_transpose2d(x, backbone[f"{key}.weight"], backbone[f"{key}.bias"], stride=2)

    maps[0] = doubled(F.gelu(batch_norm(doubled(maps[0], "fpn1.0"), backbone.at("fpn1.1"))), "fpn1.3")
    maps[1] = doubled(maps[1], "fpn2.0")
    maps[3] = F.max_pool2d(maps[3], 2)
    return upernet(maps, w.at("decode_head"))


def mixer_shapes(p, d, states=16):
    inner, rank = 2 * d, -(-d // 16)
    shapes = {}
    for own, a, skip in (("", "A_log", "D"), ("_b", "A_b_log", "D_b")):
        shapes |= {p + a: [inner, states], p + skip: [inner], p + f"conv1d{own}.weight": [inner, 1, 4], p + f"conv1d{own}.bias": [inner]}
        shapes |= {p + f"x_proj{own}.weight": [rank + 2 * states, inner], p + f"dt_proj{own}.weight": [inner, rank], p + f"dt_proj{own}.bias": [inner]}
    return shapes | {p + "in_proj.weight": [2 * inner, d], p + "out_proj.weight": [d, inner]}


def shapes(d, depth, grid, classes):
    result = {"cls_token": [1, 1, d], "pos_embed": [1, grid * grid + 1, d], "patch_embed.proj.weight": [d, 3, 16, 16], "patch_embed.proj.bias": [d]}
    for i in range(depth):
        result |= {f"layers.{i}.norm.weight": [d]} | mixer_shapes(f"layers.{i}.mixer.", d)
    return result | {"norm_f.weight": [d], "head.weight": [classes, d], "head.bias": [classes]}



def segmenter_shapes(d, depth, grid, classes, channels):
    kept = {key: shape for key, shape in shapes(d, depth, grid, classes).items() if not key.startswith(("head.", "cls_token"))} | {"pos_embed": [1, grid * grid, d]}
    result = {f"backbone.{key}": shape for key, shape in kept.items()}
    for key in ("fpn1.0", "fpn1.3", "fpn2.0"):
        result |= {f"backbone.{key}.weight": [d, d, 2, 2], f"backbone.{key}.bias": [d]}
    result |= {f"backbone.fpn1.1.{part}": [d] for part in ("weight", "bias", "running_mean", "running_var")}
    return result | upernet_shapes([d] * 4, classes, channels)


if __name__ == "__main__":
    write(
        "vim",
        {
            "patches side by side": (vim(16), shapes(40, 3, 4, 10), [2, 3, 64, 64]),
            "patches that overlap": (vim(8), shapes(40, 2, 7, 10), [1, 3, 64, 64]),
            "segmenter": (segment, segmenter_shapes(24, 4, 4, 5, 8), [2, 3, 64, 64]),
            "Vim-Ti": (vim(16), shapes(192, 24, 14, 1000), [1, 3, 224, 224]),
        },
    )
