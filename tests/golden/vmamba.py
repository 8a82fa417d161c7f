"""Writes vmamba.json: VMamba and VMamba with UperNet in float64, from Liu et al. 2024 and the published names and shapes of their weights.

    python tests/golden/vmamba.py        (numpy, torch)
"""

import torch
import torch.nn.functional as F
from reference import Weights, layer_norm, linear, selective_scan, write
from upernet import upernet, upernet_shapes


def ss2d(x, w):
    """x [B, H, W, C]"""
    batch, height, width, _ = x.shape
    paths, inner, rank = w["dt_projs_weight"].shape
    states = w["A_logs"].shape[1]
    u = linear(x, w.at("in_proj"))
    gate = u[..., inner:] if u.shape[-1] == 2 * inner else None
    u = u[..., :inner].permute(0, 3, 1, 2)
    u = F.silu(F.conv2d(u, w["conv2d.weight"], w.get("conv2d.bias"), padding=1, groups=inner))
    total = 0
    for k in range(paths):
        turned = u if k % 2 == 0 else u.transpose(2, 3)
        steps = turned.flatten(2).transpose(1, 2)  # [B, L, E]
        if k >= 2:
            steps = steps.flip(1)
        low = steps @ w["x_proj_weight"][k].T
        delta = low[..., :rank] @ w["dt_projs_weight"][k].T + w["dt_projs_bias"][k]
        A = -torch.exp(w["A_logs"].view(paths, inner, states)[k])
        y = selective_scan(steps, delta, A, low[..., rank : rank + states], low[..., rank + states :], w["Ds"].view(paths, inner)[k])
        if k >= 2:
            y = y.flip(1)
        y = y.transpose(1, 2).reshape(turned.shape)
        total = total + (y if k % 2 == 0 else y.transpose(2, 3))
    y = layer_norm(total.permute(0, 2, 3, 1), w.at("out_norm"))
    return linear(y if gate is None else y * F.silu(gate), w.at("out_proj"))


def block(x, w):
    x = x + ss2d(layer_norm(x, w.at("norm")), w.at("op"))
    if "norm2.weight" not in w:
        return x
    return x + linear(F.gelu(linear(layer_norm(x, w.at("norm2")), w.at("mlp.fc1"))), w.at("mlp.fc2"))


def conv(x, w, stride, padding):
    """channels last"""
    return F.conv2d(x.permute(0, 3, 1, 2), w["weight"], w["bias"], stride, padding).permute(0, 2, 3, 1)


def stages(image, w):
    x = image.permute(0, 2, 3, 1)
    if "patch_embed.5.weight" in w:
        x = F.gelu(layer_norm(conv(x, w.at("patch_embed.0"), 2, 1), w.at("patch_embed.2")))
        x = layer_norm(conv(x, w.at("patch_embed.5"), 2, 1), w.at("patch_embed.7"))
    else:
        x = layer_norm(conv(x, w.at("patch_embed.0"), 4, 0), w.at("patch_embed.2"))
    for s in range(w.count("layers")):
        layer = w.at(f"layers.{s}")
        for b in range(layer.count("blocks")):
            x = block(x, layer.at(f"blocks.{b}"))
        yield x
        if s + 1 == w.count("layers"):
            return
        if "downsample.2.weight" in layer:
            x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
            x = layer_norm(x, layer.at("downsample.1")) @ layer["downsample.2.weight"].T
        else:
            x = layer_norm(conv(x, layer.at("downsample.1"), 2, 1), layer.at("downsample.3"))


def classify(image, w):
    *_, last = stages(image, w)
    return linear(layer_norm(last, w.at("classifier.norm")).mean((1, 2)), w.at("classifier.head"))


def segment(image, w):
    backbone = w.at("backbone")
    maps = [layer_norm(x, backbone.at(f"outnorm{s}")).permute(0, 3, 1, 2) for s, x in enumerate(stages(image, backbone))]
    return upernet(maps, w.at("decode_head"))


def backbone_shapes(dims, depths, *, first=False, ratio=1.0):
    """`first`: the release with gates, states of 16 and without MLPs"""
    c = dims[0]
    shapes = {"patch_embed.0.weight": [c, 3, 4, 4], "patch_embed.0.bias": [c], "patch_embed.2.weight": [c], "patch_embed.2.bias": [c]}
    if not first:
        shapes = {"patch_embed.0.weight": [c // 2, 3, 3, 3], "patch_embed.0.bias": [c // 2], "patch_embed.2.weight": [c // 2], "patch_embed.2.bias": [c // 2]}
        shapes |= {"patch_embed.5.weight": [c, c // 2, 3, 3], "patch_embed.5.bias": [c], "patch_embed.7.weight": [c], "patch_embed.7.bias": [c]}
    for s, (c, depth) in enumerate(zip(dims, depths)):
        inner, states, rank = int(c * ratio), 16 if first else 1, -(-c // 16)
        for b in range(depth):
            p = f"layers.{s}.blocks.{b}."
            shapes |= {p + "norm.weight": [c], p + "norm.bias": [c], p + "op.in_proj.weight": [2 * inner if first else inner, c], p + "op.conv2d.weight": [inner, 1, 3, 3]}
            if first:
                shapes[p + "op.conv2d.bias"] = [inner]
            shapes |= {p + "op.x_proj_weight": [4, rank + 2 * states, inner], p + "op.dt_projs_weight": [4, inner, rank], p + "op.dt_projs_bias": [4, inner]}
            shapes |= {p + "op.A_logs": [4 * inner, states], p + "op.Ds": [4 * inner], p + "op.out_norm.weight": [inner], p + "op.out_norm.bias": [inner], p + "op.out_proj.weight": [c, inner]}
            if not first:
                shapes |= {p + "norm2.weight": [c], p + "norm2.bias": [c], p + "mlp.fc1.weight": [4 * c, c], p + "mlp.fc1.bias": [4 * c], p + "mlp.fc2.weight": [c, 4 * c], p + "mlp.fc2.bias": [c]}
        if s + 1 < len(dims):
            p, to = f"layers.{s}.downsample.", dims[s + 1]
            if first:
                shapes |= {p + "1.weight": [4 * c], p + "1.bias": [4 * c], p + "2.weight": [to, 4 * c]}
            else:
                shapes |= {p + "1.weight": [to, c, 3, 3], p + "1.bias": [to], p + "3.weight": [to], p + "3.bias": [to]}
    return shapes


def classifier_shapes(dims, depths, classes, **options):
    c = dims[-1]
    head = {"classifier.norm.weight": [c], "classifier.norm.bias": [c], "classifier.head.weight": [classes, c], "classifier.head.bias": [classes]}
    return backbone_shapes(dims, depths, **options) | head


def segmenter_shapes(dims, depths, classes, channels):
    shapes = {f"backbone.{key}": shape for key, shape in backbone_shapes(dims, depths).items()}
    shapes |= {f"backbone.outnorm{s}.{key}": [c] for s, c in enumerate(dims) for key in ("weight", "bias")}
    return shapes | upernet_shapes(dims, classes, channels)


TINY = [6, 10, 12, 16]
if __name__ == "__main__":
    write(
        "vmamba",
        {
            "classifier": (classify, classifier_shapes(TINY, [1, 2, 1, 1], 7), [2, 3, 64, 96]),
            "classifier, twice as wide inside": (classify, classifier_shapes(TINY, [1, 1, 2, 1], 5, ratio=2.0), [1, 3, 32, 64]),
            "classifier of the first release": (classify, classifier_shapes(TINY, [1, 1, 2, 1], 7, first=True, ratio=2.0), [2, 3, 64, 32]),
            "VMamba-T": (classify, classifier_shapes([96, 192, 384, 768], [2, 2, 8, 2], 1000), [1, 3, 224, 224]),
            "segmenter": (segment, segmenter_shapes(TINY, [1, 1, 1, 1], 5, 8), [1, 3, 72, 100]),
        },
    )
