"""Writes u_mamba.json: U-Mamba and Swin-UMamba in float64, by plain PyTorch written from the papers (Ma et al. 2024; Liu et al. 2024) and the published module structures.

    python tests/golden/u_mamba.py        (torch, numpy)
"""

import torch
import torch.nn.functional as F
from reference import layer_norm, write
from vm_unet import blocks, mamba, vm_unet_shapes


def conv(x, w, stride=1):
    weight = w["weight"]
    return F.conv2d(x, weight, w.get("bias"), stride=stride, padding=weight.shape[-1] // 2)


def norm(x, w):
    return F.instance_norm(x, weight=w.get("weight"), bias=w.get("bias"))


def act(x):
    return F.leaky_relu(x, 0.01)


def first_block(x, w, stride):
    y = act(norm(conv(x, w.at("conv1"), stride), w.at("norm1")))
    return act(norm(conv(y, w.at("conv2")), w.at("norm2")) + conv(x, w.at("conv3"), stride))


def later_block(x, w):
    y = act(norm(conv(x, w.at("conv1.conv")), w.at("conv1.norm")))
    return act(norm(conv(y, w.at("conv2.conv")), w.at("conv2.norm")) + x)


def stage(x, w, stride):
    x = first_block(x, w.at("0"), stride)
    i = 1
    while f"{i}.conv1.conv.weight" in w:
        x = later_block(x, w.at(str(i)))
        i += 1
    return x


def mamba_layer(x, w):
    b, c, h, width = x.shape
    if w["norm.weight"].shape[0] == c:
        return mamba(layer_norm(x.flatten(2).mT, w.at("norm")), w.at("mamba")).mT.reshape(x.shape)
    return mamba(layer_norm(x.flatten(2), w.at("norm")), w.at("mamba")).reshape(x.shape)


def u_mamba(image, w):
    encoder, decoder = w.at("encoder"), w.at("decoder")
    x, skips = stage(image, encoder.at("stem"), 1), []
    for s in range(encoder.count("stages")):
        x = stage(x, encoder.at(f"stages.{s}"), 1 if s == 0 else 2)
        if f"mamba_layers.{s}.norm.weight" in encoder:
            x = mamba_layer(x, encoder.at(f"mamba_layers.{s}"))
        skips.append(x)
    x = mamba_layer(x, w.at("mamba_layer")) if "mamba_layer.norm.weight" in w else x
    ups = decoder.count("stages")
    for s in range(ups):
        x = conv(F.interpolate(x, scale_factor=2, mode="nearest"), decoder.at(f"upsample_layers.{s}.conv"))
        if s < ups - 1:
            x = torch.cat([x, skips[-2 - s]], 1)
        x = stage(x, decoder.at(f"stages.{s}"), 1)
    return conv(x, decoder.at(f"seg_layers.{ups - 1}"))


def res_block(x, w):
    y = act(F.instance_norm(conv(x, w.at("conv1.conv"))))
    y = F.instance_norm(conv(y, w.at("conv2.conv")))
    return act(y + (F.instance_norm(conv(x, w.at("conv3.conv"))) if "conv3.conv.weight" in w else x))


def swin_u_mamba(image, w):
    stem = norm(F.conv2d(image, w["stem.0.weight"], w["stem.0.bias"], stride=2, padding=3), w.at("stem.1"))
    encoder = w.at("vssm_encoder")
    x = F.conv2d(stem, encoder["patch_embed.proj.weight"], encoder["patch_embed.proj.bias"], stride=2).permute(0, 2, 3, 1)
    x = layer_norm(x, encoder.at("patch_embed.norm"))
    levels = [image, stem]
    for s in range(encoder.count("layers")):
        x = blocks(x, encoder.at(f"layers.{s}"))
        levels.append(x.permute(0, 3, 1, 2))
        if f"downsamples.{s}.norm.weight" in encoder:
            x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
            x = layer_norm(x, encoder.at(f"downsamples.{s}.norm")) @ encoder[f"downsamples.{s}.reduction.weight"].T
    skips = [res_block(level, w.at(f"encoder{i + 1}.layer")) for i, level in enumerate(levels[:-1])]
    x = levels[-1]
    for i in range(len(skips) + 1, 1, -1):
        x = F.conv_transpose2d(x, w[f"decoder{i}.transp_conv.conv.weight"], stride=2)
        x = res_block(torch.cat([x, skips[i - 2]], 1), w.at(f"decoder{i}.conv_block"))
    return conv(res_block(x, w.at("decoder1.layer")), w.at("out_layers.0.conv.conv"))


def affine(p, c):
    return {p + "weight": [c], p + "bias": [c]}


def conv_shapes(p, to, inputs, k):
    return {p + "weight": [to, inputs, k, k], p + "bias": [to]}


def stage_shapes(p, inputs, c, later=0, k=3):
    q = p + "0."
    shapes = conv_shapes(q + "conv1.", c, inputs, k) | affine(q + "norm1.", c) | conv_shapes(q + "conv2.", c, c, k) | affine(q + "norm2.", c) | conv_shapes(q + "conv3.", c, inputs, 1)
    for i in range(1, later + 1):
        for part in ("conv1", "conv2"):
            own = {f"{p}{i}.{part}.{name}": shape for name, shape in (conv_shapes("conv.", c, c, k) | affine("norm.", c)).items()}
            again = {key.replace(".conv.", ".all_modules.0.").replace(".norm.", ".all_modules.1."): shape for key, shape in own.items()}
            shapes |= own | again
    return shapes


def mamba_shapes(p, d, states=16):
    inner, rank = 2 * d, -(-d // 16)
    m = p + "mamba."
    return affine(p + "norm.", d) | {
        m + "A_log": [inner, states], m + "D": [inner], m + "in_proj.weight": [2 * inner, d], m + "conv1d.weight": [inner, 1, 4], m + "conv1d.bias": [inner],
        m + "x_proj.weight": [rank + 2 * states, inner], m + "dt_proj.weight": [inner, rank], m + "dt_proj.bias": [inner], m + "out_proj.weight": [d, inner],
    }


def u_mamba_shapes(colours, widths, classes, layers):
    """`layers`: {stage: width of its Mamba}, or {} for one at the bottom"""
    encoder = stage_shapes("stem.", colours, widths[0], 1)
    for s, c in enumerate(widths):
        encoder |= stage_shapes(f"stages.{s}.", widths[max(0, s - 1)], c, 1 if s < len(widths) // 2 else 0)
    for s, d in layers.items():
        encoder |= mamba_shapes(f"mamba_layers.{s}.", d)
    shapes = {f"encoder.{key}": shape for key, shape in encoder.items()}
    if not layers:
        shapes |= mamba_shapes("mamba_layer.", widths[-1])
    shapes |= {f"decoder.encoder.{key}": shape for key, shape in encoder.items()}
    ups = len(widths) - 1
    for s in range(ups):
        below, c = widths[-1 - s], widths[-2 - s]
        shapes |= conv_shapes(f"decoder.upsample_layers.{s}.conv.", c, below, 1) | stage_shapes(f"decoder.stages.{s}.", 2 * c if s < ups - 1 else c, c)
        shapes |= conv_shapes(f"decoder.seg_layers.{s}.", classes, c, 1)
    return shapes


def swin_shapes(colours, widths, depths, classes):
    """`widths`: of the stem and of the four stages"""
    shapes = conv_shapes("stem.0.", widths[0], colours, 7) | affine("stem.1.", widths[0])
    for key, shape in vm_unet_shapes(widths[1:], depths, [], 1).items():
        key = key.removeprefix("vmunet.")
        if key.startswith("final"):
            continue
        if key == "patch_embed.proj.weight":
            shape = [widths[1], widths[0], 2, 2]
        if ".downsample." in key:
            _, s, _, rest = key.split(".", 3)
            key = f"downsamples.{s}.{rest}"
        shapes[f"vssm_encoder.{key}"] = shape

    def block(p, inputs, c):
        own = {p + "conv1.conv.weight": [c, inputs, 3, 3], p + "conv2.conv.weight": [c, c, 3, 3]}
        return own | ({p + "conv3.conv.weight": [c, inputs, 1, 1]} if inputs != c else {})

    for i, (inputs, c) in enumerate(zip((colours, *widths), widths), 1):
        shapes |= block(f"encoder{i}.layer.", inputs, c)
    for i, (below, c) in enumerate(zip((widths[-1], *widths[:0:-1]), widths[::-1])):
        number = len(widths) + 1 - i
        shapes |= {f"decoder{number}.transp_conv.conv.weight": [below, c, 2, 2]} | block(f"decoder{number}.conv_block.", 2 * c, c)
    shapes |= block("decoder1.layer.", widths[0], widths[0])
    for i in range(4):
        shapes |= conv_shapes(f"out_layers.{i}.conv.conv.", classes, widths[i], 1)
    return shapes


if __name__ == "__main__":
    write(
        "u_mamba",
        {
            "U-Mamba, at the bottom": (u_mamba, u_mamba_shapes(3, [6, 8, 12, 16], 4, {}), [2, 3, 32, 48]),
            "U-Mamba, in the encoder": (u_mamba, u_mamba_shapes(1, [6, 8, 20, 24], 3, {1: 8, 3: 16}), [2, 1, 32, 32]),
            "Swin-UMamba": (swin_u_mamba, swin_shapes(1, [4, 8, 16, 32, 64], [1, 1, 1, 1], 3), [2, 1, 64, 96]),
        },
    )
