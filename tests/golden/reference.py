"""What the float64 references of the vision models share: layers over named weights, and the file that they write."""

import json
from pathlib import Path

import seeded
import torch
import torch.nn.functional as F

torch.set_num_threads(1)  # many small steps


class Weights:
    """Named tensors seen from a prefix."""

    def __init__(self, tensors, prefix=""):
        self.tensors, self.prefix = tensors, prefix

    def at(self, scope):
        return Weights(self.tensors, f"{self.prefix}{scope}.")

    def __getitem__(self, key):
        return self.tensors[self.prefix + key]

    def get(self, key):
        return self.tensors.get(self.prefix + key)

    def __contains__(self, key):
        return self.prefix + key in self.tensors

    def count(self, scope):
        n = 0
        while any(key.startswith(f"{self.prefix}{scope}.{n}.") for key in self.tensors):
            n += 1
        return n


def linear(x, w):
    return F.linear(x, w["weight"], w.get("bias"))


def layer_norm(x, w, eps=1e-5):
    return F.layer_norm(x, x.shape[-1:], w["weight"], w["bias"], eps)


def batch_norm(x, w, eps=1e-5):
    return F.batch_norm(x, w["running_mean"], w["running_var"], w["weight"], w["bias"], eps=eps)


def selective_scan(u, delta, A, B, C, D):
    """u [B, L, E], delta [B, L, E] before softplus, A [E, N], B and C [B, L, N], D [E] -> [B, L, E]. Gu & Dao 2023, equations 2 and 4."""
    delta = F.softplus(delta, threshold=1e9)
    h = torch.zeros(u.shape[0], *A.shape, dtype=u.dtype)
    y = torch.empty_like(u)
    for t in range(u.shape[1]):
        h = torch.exp(delta[:, t, :, None] * A) * h + (delta[:, t] * u[:, t])[..., None] * B[:, t, None]
        y[:, t] = (h * C[:, t, None]).sum(-1)
    return y + D * u


KEPT = 1000
STEP = 73  # of a larger output so many-th value is kept


def write(name, cases):
    """`cases`: name -> (function of the image and the weights, shapes of the weights, shape of the image). Writes <name>.json beside this file."""
    golden = {}
    for case, (run, shapes, size) in cases.items():
        weights = Weights({key: torch.from_numpy(seeded.tensor(key, shape)).double() for key, shape in shapes.items()})
        with torch.no_grad():
            y = run(torch.from_numpy(seeded.image(size)).double(), weights)
        print(f"{name}, {case}: {list(y.shape)}, {float(y.min()):.3f} to {float(y.max()):.3f}")
        values = y.flatten()[:: 1 if y.numel() <= KEPT else STEP]
        golden[case] = {"weights": shapes, "image": size, "dims": list(y.shape), "values": [float(f"{v:.7g}") for v in values.tolist()]}
    text = ",\n".join(f"{json.dumps(case)}: {json.dumps(value, separators=(',', ':'))}" for case, value in golden.items())
    (Path(__file__).parent / f"{name}.json").write_text(f"{{\n{text}\n}}\n")
