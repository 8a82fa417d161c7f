"""SPMamba in float64, written from the papers (Li, Chen, Yang & Hu 2024, arXiv 2404.02063; TF-GridNet: Wang et al. 2023) and the published module structure: writes
sp-mamba.json, shapes of the seeded weights and samples of the separated speakers. Run: python3 tests/golden/sp_mamba.py
"""

import json
import math
from pathlib import Path

import seeded
import torch
import torch.nn.functional as F
from reference import Weights, linear, selective_scan

# Of weights that are not drawn as all others.
RANGES = {"gamma": [0.8, 1.2], "beta": [-0.2, 0.2]}
STEP = 7  # every so many-th sample is kept


def shapes(bins, width, taps, layers, heads, speakers=2, inner=4, states=16, kernel=4, near=512):
    """The published network for sound of 2 (bins - 1) samples a frame; its authors' settings: width 16, taps 8, 6 layers, 4 heads."""
    low, rank = math.ceil(near / bins), math.ceil(width * taps / 16)
    C = width * taps
    E = inner * C
    all = {"conv.0.weight": [width, 2, 3, 3], "conv.0.bias": [width], "conv.1.weight": [width], "conv.1.bias": [width]}
    for i in range(layers):
        block = f"blocks.{i}"
        for axis in ("intra", "inter"):
            all |= {f"{block}.{axis}_norm.{part}": [1, width, 1, 1] for part in ("gamma", "beta")}
            for way in ("forward", "backward"):
                at = f"{block}.{axis}_mamba.{way}_blocks.0"
                m = f"{at}.mixer"
                all |= {f"{m}.A_log": [E, states], f"{m}.D": [E], f"{m}.in_proj.weight": [2 * E, C], f"{m}.conv1d.weight": [E, 1, kernel], f"{m}.conv1d.bias": [E]}
                all |= {f"{m}.x_proj.weight": [rank + 2 * states, E], f"{m}.dt_proj.weight": [E, rank], f"{m}.dt_proj.bias": [E], f"{m}.out_proj.weight": [C, E], f"{at}.norm.weight": [C]}
            all |= {f"{block}.{axis}_linear.weight": [2 * C, width, taps], f"{block}.{axis}_linear.bias": [width]}
        parts = [(f"attn_conv_{what}_{head}", low if what != "V" else width // heads) for head in range(heads) for what in "QKV"] + [("attn_concat_proj", width)]
        for part, to in parts:
            at = f"{block}.{part}"
            all |= {f"{at}.0.weight": [to, width, 1, 1], f"{at}.0.bias": [to], f"{at}.1.weight": [1], f"{at}.2.gamma": [1, to, 1, bins], f"{at}.2.beta": [1, to, 1, bins]}
    return all | {"deconv.weight": [width, 2 * speakers, 3, 3], "deconv.bias": [2 * speakers]}


def mixer(u, w):
    x, z = linear(u, w.at("in_proj")).chunk(2, -1)
    taps = w["conv1d.weight"].shape[-1]
    x = F.silu(F.conv1d(F.pad(x.mT, (taps - 1, 0)), w["conv1d.weight"], w["conv1d.bias"], groups=x.shape[-1]).mT)
    N = w["A_log"].shape[1]
    delta, B, C = linear(x, w.at("x_proj")).split([w["dt_proj.weight"].shape[1], N, N], -1)
    y = selective_scan(x, linear(delta, w.at("dt_proj")), -torch.exp(w["A_log"]), B, C, w["D"])
    return linear(y * F.silu(z), w.at("out_proj"))


def both_ways(x, w):
    """[B, L, C] -> [B, L, 2C]"""
    ways = []
    for way in ("forward", "backward"):
        turned = x if way == "forward" else x.flip(1)
        at = w.at(f"{way}_blocks.0")
        normed = turned * torch.rsqrt((turned**2).mean(-1, keepdim=True) + 1e-5) * at["norm.weight"]
        y = turned + mixer(normed, at.at("mixer"))
        ways.append(y if way == "forward" else y.flip(1))
    return torch.cat(ways, -1)


def along(x, w, axis):
    """[B, C, L]: what a width of `taps` neighbours makes, added up where they overlap."""
    kernel = w[f"{axis}_linear.weight"]
    near = F.unfold(x[..., None], (kernel.shape[2], 1)).mT
    return F.conv_transpose1d(both_ways(near, w.at(f"{axis}_mamba")).mT, kernel, w[f"{axis}_linear.bias"])


def norm(x, w, over):
    mean, var = x.mean(over, keepdim=True), x.var(over, unbiased=False, keepdim=True)
    return (x - mean) / torch.sqrt(var + 1e-5) * w["gamma"] + w["beta"]


def block(x, w):
    """[1, C, T, F]"""
    rows = norm(x, w.at("intra_norm"), 1)[0].transpose(0, 1)  # [T, C, F]
    x = x + along(rows, w, "intra").transpose(0, 1)[None]
    rows = norm(x, w.at("inter_norm"), 1)[0].permute(2, 0, 1)  # [F, C, T]
    x = x + along(rows, w, "inter").permute(1, 2, 0)[None]
    points = lambda name, of: norm(F.prelu(F.conv2d(of, w[f"{name}.0.weight"], w[f"{name}.0.bias"]), w[f"{name}.1.weight"]), w.at(f"{name}.2"), (1, 3))
    heads = []
    while f"attn_conv_Q_{len(heads)}.0.weight" in w:
        q, k, v = (points(f"attn_conv_{what}_{len(heads)}", x).transpose(1, 2) for what in "QKV")  # [1, T, c, F]
        scores = q.flatten(2) @ k.flatten(2).mT / math.sqrt(q[0, 0].numel())
        heads.append((scores.softmax(-1) @ v.flatten(2)).view(v.shape).transpose(1, 2))
    return x + points("attn_concat_proj", torch.cat(heads, 1))


def separate(pcm, w):
    """[1, S] -> [speakers, S]"""
    size = 2 * (w["blocks.0.attn_concat_proj.2.gamma"].shape[-1] - 1)
    window = torch.hann_window(size, dtype=pcm.dtype)
    level = pcm.std()
    spec = torch.stft(pcm / level, size, size // 4, window=window, return_complex=True).mT  # [1, T, F]
    x = torch.stack([spec.real, spec.imag], 1)
    x = F.group_norm(F.conv2d(x, w["conv.0.weight"], w["conv.0.bias"], padding=1), 1, w["conv.1.weight"], w["conv.1.bias"])
    for i in range(w.count("blocks")):
        x = block(x, w.at(f"blocks.{i}"))
    x = F.conv_transpose2d(x, w["deconv.weight"], w["deconv.bias"], padding=1)
    real, imaginary = x.view(-1, 2, *x.shape[2:]).unbind(1)
    return level * torch.istft(torch.complex(real, imaginary).mT, size, size // 4, window=window, length=pcm.shape[-1])


CASES = {
    "small": ({"bins": 65, "width": 8, "taps": 4, "layers": 2, "heads": 2, "near": 100}, 407),
    "as published, 8 kHz": ({"bins": 129, "width": 16, "taps": 8, "layers": 6, "heads": 4}, 64 * 8 + 5),
}

if __name__ == "__main__":
    golden = {}
    for name, (sizes, samples) in CASES.items():
        of = shapes(**sizes)
        w = Weights({key: torch.from_numpy(seeded.tensor(key, shape, *RANGES.get(key.split(".")[-1], (None, None)))).double() for key, shape in of.items()})
        pcm = torch.from_numpy(seeded.tensor("sound", [1, samples], -0.3, 0.3)).double()
        with torch.no_grad():
            y = separate(pcm, w)
        print(f"{name}: {sum(math.prod(shape) for shape in of.values())} parameters, {list(y.shape)}, {float(y.min()):.3f} to {float(y.max()):.3f}")
        kept = y.flatten()[:: 1 if samples < 500 else STEP]
        first = {key: shape for key, shape in of.items() if key.startswith("blocks.0.") or not key.startswith("blocks.")}  # the other blocks have the same shapes
        golden[name] = {"blocks": sizes["layers"], "weights": first, "samples": samples, "values": [float(f"{v:.7g}") for v in kept.tolist()]}
    text = ",\n".join(f"{json.dumps(case)}: {json.dumps(value, separators=(',', ':'))}" for case, value in golden.items())
    Path(__file__).with_name("sp-mamba.json").write_text(f"{{\n\"ranges\": {json.dumps(RANGES)},\n\"cases\": {{\n{text}\n}}\n}}\n")
