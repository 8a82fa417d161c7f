"""Writes watershed.safetensors: maps and the numbered nuclei that the recipe's own post-processing finds in them.

    python tests/golden/watershed.py        (numpy, scipy, safetensors)
"""

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy import ndimage

here = Path(__file__).parent
sys.path.insert(0, str(here.parents[1] / "models" / "training" / "nuclei"))
from postprocess import Parameters, instances  # noqa: E402

rng = np.random.default_rng(7)
smooth = np.stack([ndimage.gaussian_filter(rng.normal(size=(48, 56)), 2) for _ in range(3)])
smooth /= smooth.std((1, 2), keepdims=True)
maps = smooth * np.array([1, 0.3, 1])[:, None, None] + np.array([0.1, 0.35, -0.3])[:, None, None]
maps = np.round(maps * 16) / 16  # coarse, so that many pixels tie
maps = maps.astype(np.float16)
labels = instances(maps.astype(np.float32), Parameters(foreground=0.45, seed=0.4, depth=0.1, rim=0.2, min_area=6, sure=0.6))
save_file({"maps": maps, "labels": labels.astype(np.uint8)}, here / "watershed.safetensors")
print(labels.max(), "nuclei")
