"""Writes vm_unet.json: two U-shaped segmenters in float64, by plain PyTorch written from the papers (Ruan & Xiang 2024; Wu et al. 2024) and the published module structures.

    python tests/golden/vm_unet.py        (torch, numpy)
"""

import torch
import torch.nn.functional as F
from reference import layer_norm, linear, selective_scan, write


def ss2d(x, w):
    """x [B, h, w, C]: rows, columns, and both backwards, each with its own parameters"""
    u, z = (x @ w["in_proj.weight"].T).chunk(2, -1)
    inner = u.shape[-1]
    u = F.silu(F.conv2d(u.permute(0, 3, 1, 2), w["conv2d.weight"], w["conv2d.bias"], padding=1, groups=inner))
    b, _, h, width = u.shape
    rows, columns = u.flatten(2).mT, u.mT.flatten(2).mT
    rank = w["dt_projs_weight"].shape[2]
    states = w["A_logs"].shape[1]
    total = 0
    for k, path in enumerate((rows, columns, rows.flip(1), columns.flip(1))):
        dt, B, C = (path @ w["x_proj_weight"][k].T).split([rank, states, states], -1)
        part = slice(k * inner, (k + 1) * inner)
        y = selective_scan(path, dt @ w["dt_projs_weight"][k].T + w["dt_projs_bias"][k], -torch.exp(w["A_logs"][part]), B, C, w["Ds"][part])
        y = y.flip(1) if k >= 2 else y
        total = total + (y.mT.reshape(b, inner, width, h).mT if k % 2 else y.mT.reshape(b, inner, h, width))
    return (layer_norm(total.permute(0, 2, 3, 1), w.at("out_norm")) * F.silu(z)) @ w["out_proj.weight"].T


def blocks(x, w):
    for i in range(w.count("blocks")):
        block = w.at(f"blocks.{i}")
        x = x + ss2d(layer_norm(x, block.at("ln_1")), block.at("self_attention"))
    return x


def expand(x, w, factor):
    x = x @ w["expand.weight"].T
    b, h, width, c = x.shape
    x = x.reshape(b, h, width, factor, factor, -1).permute(0, 1, 3, 2, 4, 5).reshape(b, h * factor, width * factor, -1)
    return layer_norm(x, w.at("norm"))


def with_background(logits):
    return torch.cat([torch.zeros_like(logits), logits], 1) if logits.shape[1] == 1 else logits


def vm_unet(image, w):
    w = w.at("vmunet")
    x = F.conv2d(image, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=4).permute(0, 2, 3, 1)
    x = layer_norm(x, w.at("patch_embed.norm"))
    skips = []
    for s in range(w.count("layers")):
        skips.append(x)
        stage = w.at(f"layers.{s}")
        x = blocks(x, stage)
        if "downsample.norm.weight" in stage:
            x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
            x = layer_norm(x, stage.at("downsample.norm")) @ stage["downsample.reduction.weight"].T
    for s in range(w.count("layers_up")):
        stage = w.at(f"layers_up.{s}")
        if s > 0:
            x = expand(x + skips[-s], stage.at("upsample"), 2)
        x = blocks(x, stage)
    x = expand(x, w.at("final_up"), 4).permute(0, 3, 1, 2)
    return with_background(F.conv2d(x, w["final_conv.weight"], w["final_conv.bias"]))


def mamba(x, w):
    length = x.shape[1]
    x, z = (x @ w["in_proj.weight"].T).chunk(2, -1)
    u = F.silu(F.conv1d(x.mT, w["conv1d.weight"], w["conv1d.bias"], padding=3, groups=x.shape[-1]).mT[:, :length])
    states = w["A_log"].shape[1]
    dt, B, C = (u @ w["x_proj.weight"].T).split([w["dt_proj.weight"].shape[1], states, states], -1)
    y = selective_scan(u, linear(dt, w.at("dt_proj")), -torch.exp(w["A_log"]), B, C, w["D"])
    return y * F.silu(z) @ w["out_proj.weight"].T


def layer(x, w):
    if "mamba.A_log" not in w:
        return F.conv2d(x, w["weight"], w["bias"], padding=1)
    normed = layer_norm(x.flatten(2).mT, w.at("norm"))
    mixed = torch.cat([mamba(part, w.at("mamba")) + w["skip_scale"] * part for part in normed.chunk(4, 2)], 2)
    return linear(layer_norm(mixed, w.at("norm")), w.at("proj")).mT.unflatten(2, x.shape[2:])


def twice(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)


def ultralight(image, w):
    def norm(x, key):
        return F.group_norm(x, 4, w[f"{key}.weight"], w[f"{key}.bias"])

    x, levels = image, []
    for i in range(1, 6):
        x = F.gelu(F.max_pool2d(norm(layer(x, w.at(f"encoder{i}.0")), f"ebn{i}"), 2))
        levels.append(x)
    bridge = w.at("scab")
    placed = []
    for t in levels:
        seen = torch.cat([t.mean(1, keepdim=True), t.max(1, keepdim=True)[0]], 1)
        where = torch.sigmoid(F.conv2d(seen, bridge["satt.shared_conv2d.0.weight"], bridge["satt.shared_conv2d.0.bias"], padding=9, dilation=3))
        placed.append(where * t)
    added = [p + t for p, t in zip(placed, levels)]
    means = torch.cat([t.mean((2, 3)) for t in added], 1)[:, None]
    mixed = F.conv1d(means, bridge["catt.get_all_att.weight"], padding=1)
    skips = [torch.sigmoid(linear(mixed, bridge.at(f"catt.att{i + 1}"))).mT[..., None] * t + p for i, (t, p) in enumerate(zip(added, placed))]
    x = F.gelu(layer(x, w.at("encoder6.0")))
    for i in range(1, 6):
        x = norm(layer(x, w.at(f"decoder{i}.0")), f"dbn{i}")
        x = F.gelu(x if i == 1 else twice(x)) + skips[5 - i]
    return with_background(twice(F.conv2d(x, w["final.weight"], w["final.bias"])))


def vm_unet_shapes(dims, down, up, classes, states=16):
    shapes = {"patch_embed.proj.weight": [dims[0], 3, 4, 4], "patch_embed.proj.bias": [dims[0]], "patch_embed.norm.weight": [dims[0]], "patch_embed.norm.bias": [dims[0]]}

    def stage(p, c, depth):
        inner, rank = 2 * c, -(-c // 16)
        for b in range(depth):
            q = f"{p}blocks.{b}."
            shapes.update({q + "ln_1.weight": [c], q + "ln_1.bias": [c]})
            q += "self_attention."
            shapes.update({q + "x_proj_weight": [4, rank + 2 * states, inner], q + "dt_projs_weight": [4, inner, rank], q + "dt_projs_bias": [4, inner], q + "A_logs": [4 * inner, states]})
            shapes.update({q + "Ds": [4 * inner], q + "in_proj.weight": [2 * inner, c], q + "conv2d.weight": [inner, 1, 3, 3], q + "conv2d.bias": [inner]})
            shapes.update({q + "out_norm.weight": [inner], q + "out_norm.bias": [inner], q + "out_proj.weight": [c, inner]})

    for s, (c, depth) in enumerate(zip(dims, down)):
        stage(f"layers.{s}.", c, depth)
        if s + 1 < len(dims):
            shapes |= {f"layers.{s}.downsample.reduction.weight": [2 * c, 4 * c], f"layers.{s}.downsample.norm.weight": [4 * c], f"layers.{s}.downsample.norm.bias": [4 * c]}
    for s, (c, depth) in enumerate(zip(dims[::-1], up)):
        stage(f"layers_up.{s}.", c, depth)
        if s > 0:
            shapes |= {f"layers_up.{s}.upsample.expand.weight": [4 * c, 2 * c], f"layers_up.{s}.upsample.norm.weight": [c], f"layers_up.{s}.upsample.norm.bias": [c]}
    c = dims[0]
    shapes |= {"final_up.expand.weight": [4 * c, c], "final_up.norm.weight": [c // 4], "final_up.norm.bias": [c // 4], "final_conv.weight": [classes, c // 4, 1, 1], "final_conv.bias": [classes]}
    return {f"vmunet.{key}": shape for key, shape in shapes.items()}


def ultralight_shapes(widths=(8, 16, 24, 32, 48, 64), states=16):
    def simple(p, inputs, outputs):
        return {p + "weight": [outputs, inputs, 3, 3], p + "bias": [outputs]}

    def parallel(p, inputs, outputs):
        d = inputs // 4
        inner, rank = 2 * d, -(-d // 16)
        m = p + "mamba."
        return {
            p + "skip_scale": [1], p + "norm.weight": [inputs], p + "norm.bias": [inputs], m + "A_log": [inner, states], m + "D": [inner], m + "in_proj.weight": [2 * inner, d],
            m + "conv1d.weight": [inner, 1, 4], m + "conv1d.bias": [inner], m + "x_proj.weight": [rank + 2 * states, inner], m + "dt_proj.weight": [inner, rank],
            m + "dt_proj.bias": [inner], m + "out_proj.weight": [d, inner], p + "proj.weight": [outputs, inputs], p + "proj.bias": [outputs],
        }

    shapes = {}
    for i, (inputs, outputs) in enumerate(zip((3, *widths), widths), 1):
        shapes |= (simple if i <= 3 else parallel)(f"encoder{i}.0.", inputs, outputs)
    total = sum(widths[:5])
    shapes["scab.catt.get_all_att.weight"] = [1, 1, 3]
    for i, c in enumerate(widths[:5], 1):
        shapes |= {f"scab.catt.att{i}.weight": [c, total], f"scab.catt.att{i}.bias": [c]}
    shapes |= {"scab.satt.shared_conv2d.0.weight": [1, 2, 7, 7], "scab.satt.shared_conv2d.0.bias": [1]}
    for i, (inputs, outputs) in enumerate(zip(widths[:0:-1], widths[-2::-1]), 1):
        shapes |= (parallel if i <= 3 else simple)(f"decoder{i}.0.", inputs, outputs)
    for i, c in enumerate(widths[:5], 1):
        shapes |= {f"ebn{i}.weight": [c], f"ebn{i}.bias": [c], f"dbn{6 - i}.weight": [c], f"dbn{6 - i}.bias": [c]}
    return shapes | {"final.weight": [1, widths[0], 1, 1], "final.bias": [1]}


if __name__ == "__main__":
    write(
        "vm_unet",
        {
            "VM-UNet, one class": (vm_unet, vm_unet_shapes([8, 16, 32, 64], [1, 2, 1, 1], [1, 1, 2, 1], 1), [2, 3, 64, 96]),
            "VM-UNet, nine classes": (vm_unet, vm_unet_shapes([8, 16, 32, 64], [1, 1, 1, 1], [1, 1, 1, 1], 9), [1, 3, 32, 32]),
            "UltraLight VM-UNet": (ultralight, ultralight_shapes(), [2, 3, 64, 96]),
        },
    )
