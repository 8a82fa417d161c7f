"""UperNet in float64: Xiao et al. 2018, "Unified Perceptual Parsing for Scene Understanding", with the names of its weights in MMSegmentation."""

import torch
import torch.nn.functional as F
from reference import batch_norm

SCALES = (1, 2, 3, 6)  # cells a side of the pyramid's levels


def mixed(x, w):
    """ReLU(BN(conv)), the same size"""
    kernel = w["conv.weight"].shape[-1]
    return F.relu(batch_norm(F.conv2d(x, w["conv.weight"], padding=kernel // 2), w.at("bn")))


def resize(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


def upernet(maps, w):
    """maps: four [B, C, h, w], finest first -> logits [B, classes, h, w]"""
    *finer, last = maps
    pyramid = [resize(mixed(F.adaptive_avg_pool2d(last, scale), w.at(f"psp_modules.{i}.1")), last.shape[2:]) for i, scale in enumerate(SCALES)]
    laterals = [mixed(x, w.at(f"lateral_convs.{i}")) for i, x in enumerate(finer)]
    laterals.append(mixed(torch.cat([last, *pyramid], 1), w.at("bottleneck")))
    for i in range(len(laterals) - 1, 0, -1):
        laterals[i - 1] = laterals[i - 1] + resize(laterals[i], laterals[i - 1].shape[2:])
    levels = [mixed(x, w.at(f"fpn_convs.{i}")) for i, x in enumerate(laterals[:-1])] + [laterals[-1]]
    fused = mixed(torch.cat([resize(x, levels[0].shape[2:]) for x in levels], 1), w.at("fpn_bottleneck"))
    return F.conv2d(fused, w["conv_seg.weight"], w["conv_seg.bias"])


def upernet_shapes(dims, classes, channels):
    def module(key, inputs, kernel):
        p = f"decode_head.{key}."
        return {p + "conv.weight": [channels, inputs, kernel, kernel]} | {f"{p}bn.{part}": [channels] for part in ("weight", "bias", "running_mean", "running_var")}

    shapes = {"decode_head.conv_seg.weight": [classes, channels, 1, 1], "decode_head.conv_seg.bias": [classes]}
    for i in range(len(SCALES)):
        shapes |= module(f"psp_modules.{i}.1", dims[-1], 1)
    shapes |= module("bottleneck", dims[-1] + len(SCALES) * channels, 3)
    for i, c in enumerate(dims[:-1]):
        shapes |= module(f"lateral_convs.{i}", c, 1) | module(f"fpn_convs.{i}", channels, 3)
    return shapes | module("fpn_bottleneck", len(dims) * channels, 3)
