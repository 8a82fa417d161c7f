"""CleanUMamba with S4 layers in float64, written from the papers (Groot et al. 2024; Gu, Goel & Re 2022, arXiv 2111.00396) and the published configuration.

S4 is computed as its definition says, apart from ours: dense bilinear matrices from a linear solver, C undone by another, the impulse response by repeated
products. Writes clean-u-mamba-s4.json: shapes, ranges of the seeded weights, and the denoised sound. Run: python3 tests/golden/clean_u_mamba_s4.py
"""

import json
import math
from pathlib import Path

import numpy as np
from seeded import tensor

LEVELS, KERNEL, STRIDE = 8, 4, 2
WIDTH, MOST, D, E, H, N, LAYERS, TAPS = 32, 64, 64, 128, 16, 32, 3, 4
L_KERNEL = 96
SAMPLES = 3000


def shapes():
    all = {}
    width, before = WIDTH, 1
    decoder = []
    for i in range(LEVELS):
        all |= {f"encoder.{i}.0.weight": [width, before, KERNEL], f"encoder.{i}.0.bias": [width], f"encoder.{i}.2.weight": [2 * width, width, 1], f"encoder.{i}.2.bias": [2 * width]}
        decoder.insert(0, (width, before))
        before, width = width, min(2 * width, MOST)
    for i, (width, to) in enumerate(decoder):
        all |= {f"decoder.{i}.0.weight": [2 * width, width, 1], f"decoder.{i}.0.bias": [2 * width], f"decoder.{i}.2.weight": [width, to, KERNEL], f"decoder.{i}.2.bias": [to]}
    all |= {"tsfm_conv1.weight": [D, before, 1], "tsfm_conv1.bias": [D], "tsfm_conv2.weight": [before, D, 1], "tsfm_conv2.bias": [before], "norm_f.weight": [D], "norm_f.bias": [D]}
    for i in range(LAYERS):
        layer, mixer = f"tsfm_Mamba_layers.{i}", f"tsfm_Mamba_layers.{i}.mixer"
        kernel = f"{mixer}.ssm.layer.kernel"
        all |= {f"{layer}.norm.weight": [D], f"{layer}.norm.bias": [D], f"{mixer}.in_proj.weight": [2 * E, D], f"{mixer}.conv1d.weight": [E, 1, TAPS], f"{mixer}.conv1d.bias": [E]}
        all |= {f"{mixer}.ssm.input_linear.weight": [H, E], f"{mixer}.ssm.input_linear.bias": [H], f"{mixer}.ssm.output_linear.0.weight": [2 * E, H], f"{mixer}.ssm.output_linear.0.bias": [2 * E]}
        all |= {f"{mixer}.ssm.layer.D": [1, H], f"{kernel}.inv_dt": [H, 1], f"{kernel}.A_real": [H, N], f"{kernel}.A_imag": [H, N], f"{kernel}.l_kernel": []}
        all |= {f"{kernel}.{key}": [1, H, N, 2] for key in "BCP"} | {f"{mixer}.out_proj.weight": [D, E]}
    return all


# Of weights that are not drawn as all others; l_kernel is a constant.
RANGES = {
    "inv_dt": [math.log(0.001), math.log(0.1)],
    "A_real": [-1.2, -0.2],
    "A_imag": [0, 100],
    "B": [-1, 1],
    "C": [-1, 1],
    "P": [-2, 2],
    "l_kernel": [L_KERNEL, L_KERNEL],
}


def weights():
    return {name: tensor(name, shape, *RANGES.get(name.split(".")[-1], (None, None))).astype(np.float64) for name, shape in shapes().items()}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def conv(x, w, b, stride=1):
    taps = w.shape[2]
    count = (x.shape[1] - taps) // stride + 1
    return sum(w[:, :, k] @ x[:, k : k + (count - 1) * stride + 1 : stride] for k in range(taps)) + b[:, None]


def conv_transposed(x, w, b):
    out = np.zeros((w.shape[1], (x.shape[1] - 1) * STRIDE + KERNEL))
    for k in range(KERNEL):
        out[:, k : k + (x.shape[1] - 1) * STRIDE + 1 : STRIDE] += w[:, :, k].T @ x
    return out + b[:, None]


def glu(x, axis):
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


def layer_norm(x, w, b):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * w + b


def response(P, kernel, length):
    """The impulse responses [length, H]."""
    whole = lambda key: (lambda v: np.concatenate([v, v.conj()], -1))(P[f"{kernel}.{key}"][0, ..., 0] + 1j * P[f"{kernel}.{key}"][0, ..., 1])
    half = -np.exp(P[f"{kernel}.A_real"]) - 1j * P[f"{kernel}.A_imag"]
    diagonal, p, B, C = np.concatenate([half, half.conj()], -1), whole("P"), whole("B"), whole("C")
    result = np.zeros((length, H))
    for h in range(H):
        dt = math.exp(P[f"{kernel}.inv_dt"][h, 0])
        A = np.diag(diagonal[h]) - np.outer(p[h], p[h].conj())
        left = np.eye(2 * N) - dt / 2 * A
        a, b = np.linalg.solve(left, np.eye(2 * N) + dt / 2 * A), np.linalg.solve(left, dt * B[h])
        c = np.linalg.solve((np.eye(2 * N) - np.linalg.matrix_power(a, int(P[f"{kernel}.l_kernel"]))).T, C[h])
        for t in range(length):
            result[t, h] = (c @ b).real
            b = a @ b
    return result


def s4(x, P, layer):
    k = response(P, f"{layer}.kernel", len(x))
    return sum(np.pad(k[j] * x[: len(x) - j], ((j, 0), (0, 0))) for j in range(len(x))) + P[f"{layer}.D"][0] * x


def mixer(x, P, p):
    x, z = np.split(x @ P[f"{p}.in_proj.weight"].T, 2, -1)
    padded = np.pad(x, ((TAPS - 1, 0), (0, 0)))
    x = sum(padded[k : k + len(x)] * P[f"{p}.conv1d.weight"][:, 0, k] for k in range(TAPS)) + P[f"{p}.conv1d.bias"]
    x = x * sigmoid(x)
    y = s4(x @ P[f"{p}.ssm.input_linear.weight"].T + P[f"{p}.ssm.input_linear.bias"], P, f"{p}.ssm.layer")
    y = y * 0.5 * (1 + np.vectorize(math.erf)(y / math.sqrt(2)))
    y = glu(y @ P[f"{p}.ssm.output_linear.0.weight"].T + P[f"{p}.ssm.output_linear.0.bias"], -1)
    return (y * z * sigmoid(z)) @ P[f"{p}.out_proj.weight"].T


def denoise(x, P):
    """x over its deviation already"""
    length = len(x)
    frames = length
    for _ in range(LEVELS):
        frames = 1 if frames < KERNEL else 1 + math.ceil((frames - KERNEL) / STRIDE)
    whole = frames
    for _ in range(LEVELS):
        whole = (whole - 1) * STRIDE + KERNEL
    h, skips = np.pad(x, (0, whole - length))[None], []
    for i in range(LEVELS):
        h = np.maximum(conv(h, P[f"encoder.{i}.0.weight"], P[f"encoder.{i}.0.bias"], STRIDE), 0)
        h = glu(conv(h, P[f"encoder.{i}.2.weight"], P[f"encoder.{i}.2.bias"]), 0)
        skips.append(h)
    h = conv(h, P["tsfm_conv1.weight"], P["tsfm_conv1.bias"]).T
    for i in range(LAYERS):
        p = f"tsfm_Mamba_layers.{i}"
        h = h + mixer(layer_norm(h, P[f"{p}.norm.weight"], P[f"{p}.norm.bias"]), P, f"{p}.mixer")
    h = conv(layer_norm(h, P["norm_f.weight"], P["norm_f.bias"]).T, P["tsfm_conv2.weight"], P["tsfm_conv2.bias"])
    for i in range(LEVELS):
        h = h + skips[-1 - i][:, : h.shape[1]]
        h = conv_transposed(glu(conv(h, P[f"decoder.{i}.0.weight"], P[f"decoder.{i}.0.bias"]), 0), P[f"decoder.{i}.2.weight"], P[f"decoder.{i}.2.bias"])
        if i < LEVELS - 1:
            h = np.maximum(h, 0)
    return h[0, :length]


if __name__ == "__main__":
    sound = tensor("sound", [SAMPLES], -2, 2).astype(np.float64)
    y = denoise(sound, weights())
    golden = {"weights": shapes(), "ranges": RANGES, "samples": SAMPLES, "values": [float(f"{value:.7g}") for value in y]}
    Path(__file__).with_name("clean-u-mamba-s4.json").write_text(json.dumps(golden) + "\n")
    print(f"largest {abs(y).max():.3f}, deviation {y.std():.3f}")
