"""A small SEMamba from a seed, and what plain PyTorch makes of a sound with it: semamba.safetensors beside this file.

Written from the papers (Chao et al. 2024; Lu et al. 2023 for encoder and decoders) and the published names of the weights; torch.stft, torch.istft
and the layers of torch.nn.functional, float64. Run: python3 tests/golden/semamba.py
"""
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

C, E, N, R, K, BLOCKS, SIZE, HOP, SAMPLES = 4, 16, 4, 1, 4, 2, 400, 100, 1650
torch.manual_seed(5)
weights = {}


def rand(key, *shape, scale=0.3, shift=0.0):
    weights[key] = (torch.randn(shape) * scale + shift).half().double()


def affine(key, weight, bias, **options):
    rand(f"{key}.weight", *weight, **options)
    rand(f"{key}.bias", bias)


def normed(key, weight, bias):
    affine(f"{key}.0", weight, bias)
    affine(f"{key}.1", [C], C, scale=0.2, shift=1)
    rand(f"{key}.2.weight", C)


def dense(key):
    for i in range(4):
        normed(f"{key}.dense_block.{i}", [C, C * (i + 1), 3, 3], C)


normed("dense_encoder.dense_conv_1", [C, 2, 1, 1], C)
normed("dense_encoder.dense_conv_2", [C, C, 1, 3], C)
for part in ("dense_encoder", "mask_decoder", "phase_decoder"):
    dense(f"{part}.dense_block")
for i in range(BLOCKS):
    for axis in ("time", "freq"):
        for way in ("forward", "backward"):
            m = f"TSMamba.{i}.{axis}_mamba.{way}_blocks.0"
            rand(f"{m}.norm.weight", C, scale=0.2, shift=1)
            rand(f"{m}.mixer.in_proj.weight", 2 * E, C)
            affine(f"{m}.mixer.conv1d", [E, 1, K], E)
            rand(f"{m}.mixer.x_proj.weight", R + 2 * N, E)
            affine(f"{m}.mixer.dt_proj", [E, R], E)
            rand(f"{m}.mixer.A_log", E, N, shift=0.5)
            rand(f"{m}.mixer.D", E, shift=1)
            rand(f"{m}.mixer.out_proj.weight", C, E)
    for axis in "tf":
        affine(f"TSMamba.{i}.{axis}linear", [2 * C, C, 1], C)
affine("mask_decoder.mask_conv.0", [C, C, 1, 3], C)
affine("mask_decoder.mask_conv.1", [1, C, 1, 1], 1)
affine("mask_decoder.mask_conv.2", [1], 1, shift=1)
rand("mask_decoder.mask_conv.3.weight", 1)
affine("mask_decoder.mask_conv.4", [1, 1, 1, 1], 1)
rand("mask_decoder.lsigmoid.slope", SIZE // 2 + 1, 1, shift=1)
normed("phase_decoder.phase_conv", [C, C, 1, 3], C)
affine("phase_decoder.phase_conv_r", [1, C, 1, 1], 1)
affine("phase_decoder.phase_conv_i", [1, C, 1, 1], 1)


def pair(key):
    return weights[f"{key}.weight"], weights[f"{key}.bias"]


def norm_prelu(x, key):
    return F.prelu(F.instance_norm(x, weight=weights[f"{key}.1.weight"], bias=weights[f"{key}.1.bias"]), weights[f"{key}.2.weight"])


def dense_block(x, key):
    seen = x
    for i in range(4):
        x = norm_prelu(F.conv2d(seen, *pair(f"{key}.dense_block.{i}.0"), dilation=(2**i, 1), padding=(2**i, 1)), f"{key}.dense_block.{i}")
        seen = torch.cat([x, seen], 1)
    return x


def mixer(u, key):
    """[B, L, C]; the recurrence step by step."""
    w = lambda name: weights[f"{key}.{name}"]
    x, z = (u @ w("in_proj.weight").T).chunk(2, -1)
    L = x.shape[1]
    x = F.silu(F.conv1d(F.pad(x.transpose(1, 2), (K - 1, 0)), w("conv1d.weight"), w("conv1d.bias"), groups=E).transpose(1, 2))
    delta, B, Cs = (x @ w("x_proj.weight").T).split([R, N, N], -1)
    delta = F.softplus(delta @ w("dt_proj.weight").T + w("dt_proj.bias"))
    A = -torch.exp(w("A_log"))
    h = torch.zeros(x.shape[0], E, N, dtype=torch.float64)
    y = []
    for t in range(L):
        h = torch.exp(delta[:, t, :, None] * A) * h + (delta[:, t] * x[:, t])[..., None] * B[:, t, None, :]
        y.append((h * Cs[:, t, None, :]).sum(-1) + w("D") * x[:, t])
    return (torch.stack(y, 1) * F.silu(z)) @ w("out_proj.weight").T


def both(x, key, join):
    ways = []
    for way in ("forward", "backward"):
        turned = x if way == "forward" else x.flip(1)
        scale = weights[f"{key}.{way}_blocks.0.norm.weight"]
        rms = turned * torch.rsqrt((turned**2).mean(-1, keepdim=True) + 1e-5) * scale
        y = mixer(rms, f"{key}.{way}_blocks.0.mixer") + turned
        ways.append(y if way == "forward" else y.flip(1))
    weight, bias = pair(join)
    return torch.cat(ways, -1) @ weight[:, :, 0] + bias + x


def model(pcm):
    window = torch.hann_window(SIZE, dtype=torch.float64)
    spec = torch.stft(pcm, SIZE, HOP, SIZE, window, center=True, pad_mode="reflect", return_complex=True)  # [1, F, T]
    mag, pha = spec.abs() ** 0.3, (spec + 0).angle()  # without negative zeros, whose angle is pi
    x = torch.stack([mag, pha], 1).transpose(2, 3)  # [1, 2, T, F]
    x = norm_prelu(F.conv2d(x, *pair("dense_encoder.dense_conv_1.0")), "dense_encoder.dense_conv_1")
    x = dense_block(x, "dense_encoder.dense_block")
    x = norm_prelu(F.conv2d(x, *pair("dense_encoder.dense_conv_2.0"), stride=(1, 2)), "dense_encoder.dense_conv_2")
    for i in range(BLOCKS):
        t = x[0].permute(2, 1, 0)  # [F, T, C]
        t = both(t, f"TSMamba.{i}.time_mamba", f"TSMamba.{i}.tlinear")
        t = both(t.transpose(0, 1), f"TSMamba.{i}.freq_mamba", f"TSMamba.{i}.flinear")  # [T, F, C]
        x = t.permute(2, 0, 1)[None]
    m = dense_block(x, "mask_decoder.dense_block")
    m = F.conv2d(F.conv_transpose2d(m, *pair("mask_decoder.mask_conv.0"), stride=(1, 2)), *pair("mask_decoder.mask_conv.1"))
    m = F.prelu(F.instance_norm(m, weight=weights["mask_decoder.mask_conv.2.weight"], bias=weights["mask_decoder.mask_conv.2.bias"]), weights["mask_decoder.mask_conv.3.weight"])
    m = F.conv2d(m, *pair("mask_decoder.mask_conv.4"))[:, 0].transpose(1, 2)  # [1, F, T]
    m = 2 * torch.sigmoid(weights["mask_decoder.lsigmoid.slope"] * m)
    p = dense_block(x, "phase_decoder.dense_block")
    p = norm_prelu(F.conv_transpose2d(p, *pair("phase_decoder.phase_conv.0"), stride=(1, 2)), "phase_decoder.phase_conv")
    p = torch.atan2(F.conv2d(p, *pair("phase_decoder.phase_conv_i")), F.conv2d(p, *pair("phase_decoder.phase_conv_r")))[:, 0].transpose(1, 2)
    clean = torch.polar((m * mag) ** (1 / 0.3), p)
    return torch.istft(clean, SIZE, HOP, SIZE, window, center=True, length=pcm.shape[-1])


t = torch.arange(SAMPLES, dtype=torch.float64)
pcm = (torch.sin(t * 0.07) + 0.5 * torch.sin(t * 0.31 + 1) + 0.3 * torch.randn(SAMPLES, dtype=torch.float64)).float()
pcm[: SIZE // 2 + 1] = 0  # mirrored, the first frame has a real spectrum: whether a negative number has the angle pi or -pi is then rounding noise
y = model(pcm.double()[None])
assert torch.isfinite(y).all()
print("level", y.abs().max().item(), "parameters", sum(w.numel() for w in weights.values()))
tensors = {f"generator.{key}": value.half() for key, value in weights.items()}
save_file({**tensors, "x": pcm, "y": y[0].float()}, pathlib.Path(__file__).with_name("semamba.safetensors"))
