"""Writes local-vim.json: LocalVim-T in float64, from Huang et al. 2024 and the published names, shapes and scan directions.

    python tests/golden/local_vim.py        (numpy, torch)
"""

import torch
import torch.nn.functional as F
from reference import layer_norm, linear, selective_scan, write

DEPTH, WIDTH, STATES, RANK, TAPS, SIDE, CLASSES = 20, 192, 16, 12, 4, 14, 1000
INNER = 2 * WIDTH
DIRECTIONS = """
h v_flip w7 w7_flip; h_flip w2_flip w7 w7_flip; h h_flip v w7; h h_flip v v_flip; h h_flip v v_flip; h h_flip v v_flip; h_flip v v_flip w7; h_flip v v_flip w2_flip
h h_flip v v_flip; h h_flip v v_flip; h v v_flip w2; h v v_flip w2_flip; h h_flip v_flip w7; h_flip v v_flip w2; h h_flip v v_flip; h v w2 w2_flip; v v_flip w2 w7; h h_flip v w2
h h_flip w2_flip w7; v v_flip w2 w2_flip
""".strip().replace("\n", ";").split(";")


def scanned(x, direction):
    """[B, 196, C] in the order of the direction"""
    kind, flip = direction.removesuffix("_flip"), direction.endswith("_flip")
    grid = x.view(x.shape[0], SIDE, SIDE, -1)
    if kind == "v":
        grid = grid.transpose(1, 2)
    if kind.startswith("w"):
        size = int(kind[1:])
        cells = grid.view(x.shape[0], SIDE // size, size, SIDE // size, size, -1)
        grid = cells.permute(0, 1, 3, 2, 4, 5)
    x = grid.reshape(x.shape)
    return x.flip(1) if flip else x


def restored(y, direction):
    places = torch.arange(SIDE * SIDE, dtype=torch.double).view(1, -1, 1)
    order = scanned(places, direction).flatten().long()
    out = torch.empty_like(y)
    out[:, order] = y
    return out


def without_token(x, middle):
    return torch.cat([x[:, :middle], x[:, middle + 1 :]], 1), x[:, middle : middle + 1]


def with_token(x, token, middle):
    return torch.cat([x[:, :middle], token, x[:, middle:]], 1)


def mixer(x, w, directions, middle):
    projected = linear(x, w.at("in_proj"))
    total = 0
    for i, direction in enumerate(directions.split()):
        if middle is None:
            steps = scanned(projected, direction)
        else:
            patches, token = without_token(projected, middle)
            steps = with_token(scanned(patches, direction), token, middle)
        u, z = steps.split(INNER, -1)
        u = F.conv1d(F.pad(u.transpose(1, 2), (TAPS - 1, 0)), w[f"conv1d_{i}.weight"], w[f"conv1d_{i}.bias"], groups=INNER)
        u = F.silu(u).transpose(1, 2)
        low = linear(u, w.at(f"x_proj_{i}"))
        delta = linear(low[..., :RANK], w.at(f"dt_proj_{i}"))
        y = selective_scan(u, delta, -torch.exp(w[f"A_log_{i}"]), low[..., RANK : RANK + STATES], low[..., RANK + STATES :], w[f"D_{i}"]) * F.silu(z)
        if middle is None:
            y = restored(y, direction)
        else:
            patches, token = without_token(y, middle)
            y = with_token(restored(patches, direction), token, middle)
        a = w.at("attn")
        gate = linear(F.gelu(linear(layer_norm(y, a.at("norm")).mean(1, keepdim=True), a.at("global_reduce"))), a.at("channel_select"))
        total = total + y * torch.sigmoid(gate)
    return linear(total, w.at("out_proj"))


def rms(x, weight):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * weight


def rope(x, w):
    if "rope.freqs_cos" not in w:
        return x
    half = torch.stack([-x[..., 1::2], x[..., 0::2]], -1).flatten(-2)
    return x * w["rope.freqs_cos"] + half * w["rope.freqs_sin"]


def classify(image, w):
    x = F.conv2d(image, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=16).flatten(2).transpose(1, 2)
    middle = x.shape[1] // 2 if "cls_token" in w else None
    if middle is not None:
        x = with_token(x, w["cls_token"].expand(len(x), -1, -1), middle)
    hidden, residual = x + w["pos_embed"], 0
    for i, directions in enumerate(DIRECTIONS):
        layer = w.at(f"layers.{i}")
        residual = rope(residual, w) + rope(hidden, w) if i else rope(hidden, w)
        hidden = mixer(rms(residual, layer["norm.weight"]), layer.at("mixer"), directions, middle)
    x = rms(residual + hidden, w["norm_f.weight"])
    return linear(x.mean(1) if middle is None else x[:, middle], w.at("head"))


def shapes(class_token):
    out = {"patch_embed.proj.weight": [WIDTH, 3, 16, 16], "patch_embed.proj.bias": [WIDTH], "pos_embed": [1, SIDE**2 + class_token, WIDTH]}
    out |= {"cls_token": [1, 1, WIDTH]} if class_token else {"rope.freqs_cos": [SIDE**2, WIDTH], "rope.freqs_sin": [SIDE**2, WIDTH]}
    for layer in range(DEPTH):
        p = f"layers.{layer}."
        out[p + "norm.weight"] = [WIDTH]
        m = p + "mixer."
        for i in range(4):
            out |= {f"{m}A_log_{i}": [INNER, STATES], f"{m}D_{i}": [INNER], f"{m}conv1d_{i}.weight": [INNER, 1, TAPS], f"{m}conv1d_{i}.bias": [INNER]}
            out |= {f"{m}x_proj_{i}.weight": [RANK + 2 * STATES, INNER], f"{m}dt_proj_{i}.weight": [INNER, RANK], f"{m}dt_proj_{i}.bias": [INNER]}
        out |= {m + "in_proj.weight": [2 * INNER, WIDTH], m + "out_proj.weight": [WIDTH, INNER], m + "attn.norm.weight": [INNER], m + "attn.norm.bias": [INNER]}
        low = INNER // 8
        out |= {m + "attn.global_reduce.weight": [low, INNER], m + "attn.global_reduce.bias": [low], m + "attn.channel_select.weight": [INNER, low], m + "attn.channel_select.bias": [INNER]}
    return out | {"norm_f.weight": [WIDTH], "head.weight": [CLASSES, WIDTH], "head.bias": [CLASSES]}


if __name__ == "__main__":
    write("local-vim", {"LocalVim-T": (classify, shapes(0), [1, 3, 224, 224]), "LocalVim-T with a class token": (classify, shapes(1), [1, 3, 224, 224])})
