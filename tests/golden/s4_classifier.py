"""Writes s4-classifier.json: logits of S4 and S4D classifiers in float64, from the papers (Gu, Goel & Re 2022; Gu, Gupta, Goel & Re 2022) and the published module
structure under its names of several releases.

S4's impulse response is computed apart from ours: small ones by dense bilinear matrices, C undone by a linear solver; the published size from the generating
function at the roots of unity, as the paper does. Run: python3 tests/golden/s4_classifier.py        (numpy, scipy)
"""

import json
import math
from pathlib import Path

import numpy as np
from scipy.special import erf
from seeded import tensor

SECOND = 16_000
# Of weights that are not drawn as all others; l_kernel and L are constants.
RANGES = {"inv_dt": [-6.9, -2.3], "log_dt": [-6.9, -2.3], "A_imag": [0, 100], "w_imag": [-100, 0], "C": [-1, 1], "B": [-1, 1], "P": [-2, 2]}
RANGES |= {key: [-1.2, -0.2] for key in ("A_real", "inv_w_real", "log_w_real", "inv_A_real", "log_A_real")}


def halves(v):
    return v[..., 0] + 1j * v[..., 1]


def whole(v):
    return np.concatenate([v, v.conj()], -1)


def dense_response(d, p, B, C, dt, made_for, length):
    """One channel: K_t = C a^t b, C = stored (I - a^made_for)^-1"""
    A = np.diag(whole(d)) - np.outer(whole(p), whole(p).conj())
    eye = np.eye(len(A))
    a, b = np.linalg.solve(eye - dt / 2 * A, eye + dt / 2 * A), np.linalg.solve(eye - dt / 2 * A, dt * whole(B))
    c = np.linalg.solve((eye - np.linalg.matrix_power(a, made_for)).T, whole(C)) if made_for else whole(C)
    result = []
    for _ in range(length):
        result.append((c @ b).real)
        b = a @ b
    return np.array(result)


def generated_response(d, p, B, C, dt, made_for, length):
    """The same by the generating function of the truncated response; `length` is what C was stored for."""
    assert made_for == length
    node = np.exp(-2j * np.pi / length * np.arange(length // 2 + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        g = 2 / dt * (1 - node) / (1 + node)

        def cauchy(x, y):
            return ((whole(x) * whole(y))[:, None] / (g - whole(d)[:, None])).sum(0)

        k = 2 / (1 + node) * (cauchy(C, B) - cauchy(C, p) * cauchy(p.conj(), B) / (1 + cauchy(p.conj(), p)))
    if length % 2 == 0:  # at -1 the fraction has a limit
        k[-1] = dt / 2 * (whole(C) * whole(B)).sum()
    return np.fft.irfft(k, length)


def diagonal_response(d, B, C, dt, rule, length):
    z = dt * d
    if rule == "zoh":
        power, factor = z, (np.exp(z) - 1) / d
    else:
        power, factor = np.log((1 + z / 2) / (1 - z / 2)), dt / (1 - z / 2)
    return 2 * ((C * B * factor)[:, None] * np.exp(power[:, None] * np.arange(length))).sum(0).real


def convolved(k, x):
    """k, x [H, L]: causal"""
    n = 2 * x.shape[1]
    return np.fft.irfft(np.fft.rfft(k, n) * np.fft.rfft(x, n), n)[:, : x.shape[1]]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Form:
    """Where a release keeps what, of layer {}."""

    def __init__(self, layer, out, kernel, norm, last_norm, encoder, decoder, dt, real, imag, length=None, sign=1, rule=None):
        self.__dict__.update(locals())


def repository(inner, kernel, **rest):
    layer = "model.layers.{}.layer."
    return Form(layer + inner, layer + "output_linear.0", kernel, "model.layers.{}.norm.norm", "model.norm.norm", "encoder.0", "decoder.0.output_transform", **rest)


def example(inner, **rest):
    layer = "s4_layers.{}."
    return Form(layer + inner, layer + "output_linear.0", "kernel", "norms.{}", None, "encoder", "decoder", **rest)


FOURTH = dict(dt="inv_dt", real="A_real", imag="A_imag", sign=-1)
FORMS = {
    "S4, fourth release": repository("layer.", "kernel", length="l_kernel", **FOURTH),
    "S4D, fourth release": repository("layer.", "kernel", rule="zoh", **FOURTH),
    "S4, third release": repository("", "kernel.kernel", dt="log_dt", real="inv_w_real", imag="w_imag", length="L"),
    "S4D, third release": repository("", "kernel.kernel", dt="log_dt", real="inv_A_real", imag="A_imag", rule="bilinear"),
    "S4, second release": repository("", "kernel.kernel", dt="log_dt", real="log_w_real", imag="w_imag", length="omega"),
    "S4D, example": example("", dt="log_dt", real="log_A_real", imag="A_imag", rule="zoh"),
    "S4, example": example("layer.", length="l_kernel", **FOURTH),
}


def shapes(form, D, N, S, layers, classes, length, ways, batch_norm):
    parts = ("weight", "bias", "running_mean", "running_var") if batch_norm else ("weight", "bias")
    minimal = form.layer == "s4_layers.{}."
    result = {f"{form.encoder}.weight": [D, 1], f"{form.encoder}.bias": [D], f"{form.decoder}.weight": [classes, D], f"{form.decoder}.bias": [classes]}
    for i in range(layers):
        layer, out = form.layer.format(i), form.out.format(i)
        kernel = f"{layer}{form.kernel}"
        result |= {f"{form.norm.format(i)}.{part}": [D] for part in parts}
        result |= {f"{layer}D": [D] if minimal else [1, D], f"{out}.weight": [2 * D, D, 1] if minimal else [2 * D, D], f"{out}.bias": [2 * D]}
        result |= {f"{kernel}.{form.dt}": [D, 1] if form.dt == "inv_dt" else [D], f"{kernel}.{form.real}": [S, N], f"{kernel}.{form.imag}": [S, N]}
        result |= {f"{kernel}.C": [D, N, 2] if minimal else [ways, D, N, 2]}
        if not minimal:
            result[f"{kernel}.B"] = [S, N, 2] if form.rule == "bilinear" else [1, S, N, 2]
        if form.length:
            result[f"{kernel}.P"] = [1, S, N, 2]
            result[f"{kernel}.{form.length}"] = [length // 2 + 1, 2] if form.length == "omega" else []
        if form.length == "omega":
            result[f"{kernel}.z"] = [length // 2 + 1, 2]
        if form.rule == "bilinear":
            result[f"{kernel}.A"] = [S, N, 2]
    if form.last_norm:
        result |= {f"{form.last_norm}.{part}": [D] for part in parts}
    return result


def normed(x, P, key):
    """x [D, L]"""
    w, b = P[f"{key}.weight"][:, None], P[f"{key}.bias"][:, None]
    if f"{key}.running_mean" in P:
        return (x - P[f"{key}.running_mean"][:, None]) / np.sqrt(P[f"{key}.running_var"][:, None] + 1e-5) * w + b
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) * w + b


def responses(P, form, i, length, respond):
    """[ways, D, length]"""
    kernel = f"{form.layer.format(i)}{form.kernel}."
    C = halves(P[f"{kernel}C"])
    C = C[None] if C.ndim == 2 else C
    ways, D, N = C.shape
    d = -np.exp(P[kernel + form.real]) + form.sign * 1j * P[kernel + form.imag]
    B = halves(P[f"{kernel}B"]).reshape(-1, N) if f"{kernel}B" in P else np.ones((len(d), N))
    dt = P[kernel + form.dt].reshape(D)
    dt = np.log1p(np.exp(dt)) if form.dt == "inv_dt" and form.layer.startswith("model.") else np.exp(dt)
    result = np.zeros((ways, D, length))
    for way in range(ways):
        for h in range(D):
            copy = h % len(d)
            if form.rule:
                result[way, h] = diagonal_response(d[copy], B[copy], C[way, h], dt[h], form.rule, length)
            else:
                p = halves(P[f"{kernel}P"])[0, copy]
                result[way, h] = respond(d[copy], p, B[copy], C[way, h], dt[h], length, length)
    return result


def classify(samples, P, form, layers, respond):
    length = len(samples)
    x = P[f"{form.encoder}.weight"] * samples + P[f"{form.encoder}.bias"][:, None]
    for i in range(layers):
        y = normed(x, P, form.norm.format(i)) if form.last_norm else x
        k = responses(P, form, i, length, respond)
        mixed = convolved(k[0], y) + P[f"{form.layer.format(i)}D"].reshape(-1, 1) * y
        if len(k) == 2:  # backwards, from the next sample on
            ahead = convolved(k[1], y[:, ::-1])[:, ::-1]
            mixed[:, :-1] += ahead[:, 1:]
        mixed = mixed / 2 * (1 + erf(mixed / math.sqrt(2)))
        out = form.out.format(i)
        a, b = np.split(P[f"{out}.weight"].reshape(2 * len(x), -1) @ mixed + P[f"{out}.bias"][:, None], 2)
        x = x + a * sigmoid(b)
        if not form.last_norm:
            x = normed(x, P, form.norm.format(i))
    if form.last_norm:
        x = normed(x, P, form.last_norm)
    return P[f"{form.decoder}.weight"] @ x.mean(1) + P[f"{form.decoder}.bias"]


CASES = {
    "S4, fourth release": (16, 8, 2, 2, 10, 160, 2, True),
    "S4D, fourth release": (16, 8, 16, 2, 10, SECOND, 1, False),
    "S4, third release": (16, 8, 1, 2, 10, 160, 1, False),
    "S4D, third release": (16, 8, 4, 2, 10, SECOND, 2, True),
    "S4, second release": (8, 8, 8, 2, 5, 96, 1, False),
    "S4D, example": (16, 8, 16, 2, 10, SECOND, 1, False),
    "S4, example": (8, 8, 8, 2, 5, 96, 1, False),
    "S4, published": (128, 32, 2, 6, 35, SECOND, 2, True),
}

if __name__ == "__main__":
    golden = {}
    for case, (D, N, S, layers, classes, length, ways, batch_norm) in CASES.items():
        form = FORMS["S4, fourth release" if case == "S4, published" else case]
        ranges = RANGES | {"l_kernel": [length, length], "L": [length, length]}
        dims = shapes(form, D, N, S, layers, classes, length, ways, batch_norm)
        P = {name: tensor(name, shape, *ranges.get(name.split(".")[-1], (None, None))).astype(np.float64) for name, shape in dims.items()}
        sound = tensor("sound", [length], -2, 2).astype(np.float64)
        respond = generated_response if case == "S4, published" else dense_response
        y = classify(sound, P, form, layers, respond)
        if form.length and respond is dense_response:
            print("  two ways of one response differ by", abs(classify(sound, P, form, layers, generated_response) - y).max())
        print(f"{case}: {y.min():.3f} to {y.max():.3f}")
        golden[case] = {"weights": dims, "ranges": ranges, "samples": length, "values": [float(f"{value:.7g}") for value in y]}
    text = ",\n".join(f"{json.dumps(case)}: {json.dumps(value, separators=(',', ':'))}" for case, value in golden.items())
    Path(__file__).with_name("s4-classifier.json").write_text(f"{{\n{text}\n}}\n")
