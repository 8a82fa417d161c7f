"""Writes scene.json: the class of each pixel of a picture, by VMamba with UperNet as MMSegmentation tests it: resized, in one piece or in windows, averaged, resized back.

    python tests/golden/scene.py        (numpy, torch)
"""

import json
from pathlib import Path

import numpy as np
import seeded
import torch
import torch.nn.functional as F
from reference import Weights
from vmamba import TINY, segment, segmenter_shapes

MEAN, STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
LONG, SHORT, SIDE, STRIDE = 80, 64, 48, 32
HEIGHT, WIDTH, CLASSES = 45, 70, 5


def resize(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


def logits_of(x, weights, windows):
    height, width = x.shape[2:]
    if not windows:
        return resize(segment(x, weights), (height, width))
    total, count = torch.zeros(1, CLASSES, height, width).double(), torch.zeros(1, 1, height, width)
    for row in range(max(height - SIDE + STRIDE - 1, 0) // STRIDE + 1):
        for column in range(max(width - SIDE + STRIDE - 1, 0) // STRIDE + 1):
            bottom, right = min(row * STRIDE + SIDE, height), min(column * STRIDE + SIDE, width)
            area = (..., slice(max(bottom - SIDE, 0), bottom), slice(max(right - SIDE, 0), right))
            total[area] += resize(segment(x[area], weights), x[area].shape[2:])
            count[area] += 1
    return total / count


shapes = segmenter_shapes(TINY, [1, 1, 1, 1], CLASSES, 8)
weights = Weights({key: torch.from_numpy(seeded.tensor(key, shape)).double() for key, shape in shapes.items()})
picture = torch.from_numpy(np.floor(256 * seeded.uniform("picture", HEIGHT * WIDTH * 3))).reshape(1, HEIGHT, WIDTH, 3).permute(0, 3, 1, 2)
scale = min(LONG / max(HEIGHT, WIDTH), SHORT / min(HEIGHT, WIDTH))
fitted = resize(picture, (int(HEIGHT * scale + 0.5), int(WIDTH * scale + 0.5))).round()
x = (fitted - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
golden = {"weights": shapes, "height": HEIGHT, "width": WIDTH, "scene": {"long": LONG, "short": SHORT, "mean": MEAN, "std": STD}, "window": {"side": SIDE, "stride": STRIDE}}
for name, windows in (("whole", False), ("slide", True)):
    with torch.no_grad():
        logits = resize(logits_of(x, weights, windows), (HEIGHT, WIDTH))
    classes = logits.argmax(1).flatten()
    winning = torch.softmax(logits, 1).amax(1).flatten()
    golden[name] = {
        "classes": "".join(map(str, classes.tolist())),
        "probabilities": [round(float(winning[classes == k].mean()), 5) if (classes == k).any() else 0 for k in range(CLASSES)],
    }
    print(name, torch.bincount(classes, minlength=CLASSES).tolist(), golden[name]["probabilities"])
(Path(__file__).parent / "scene.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
