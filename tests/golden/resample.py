"""Writes resample.safetensors: what Pillow makes of two small pictures, and of one as torchvision prepares it (shorter side, middle).

    python tests/golden/resample.py        (numpy, pillow, safetensors)
"""

from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from seeded import tensor

FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
picture = Image.fromarray(np.floor(tensor("picture", (37, 53, 3), 0, 256)).astype(np.uint8))

golden = {}
for name, method in FILTERS.items():
    golden[f"{name}.smaller"] = np.asarray(picture.resize((19, 11), method))
    golden[f"{name}.larger"] = np.asarray(picture.resize((80, 41), method))
golden["square"] = np.asarray(picture.resize((16, 16), FILTERS["bilinear"]))
resized = picture.resize((int(24 * 53 / 37), 24), FILTERS["bicubic"])
left, top = round((resized.width - 21) / 2), round((resized.height - 21) / 2)
golden["middle"] = np.asarray(resized.crop((left, top, left + 21, top + 21)))
save_file({key: np.ascontiguousarray(value) for key, value in golden.items()}, Path(__file__).parent / "resample.safetensors")
