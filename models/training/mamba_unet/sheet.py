"""Pictures beside and under one another, for a look at what a model gets wrong."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

CELL = 232  # pixels
GAP = 4


def command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("data", "model", "card", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--count", type=int, default=6, help="pictures that are shown")
    return parser.parse_args()


def write_sheet(columns: list[list[np.ndarray]], path: Path) -> None:
    """Each column has the same number of square pictures, uint8 [side, side, 3]."""
    step = CELL + GAP
    sheet = Image.new("RGB", (step * len(columns) - GAP, step * len(columns[0]) - GAP), "white")
    for x, column in enumerate(columns):
        for y, picture in enumerate(column):
            sheet.paste(Image.fromarray(picture).resize((CELL, CELL), Image.Resampling.LANCZOS), (step * x, step * y))
    sheet.save(path, quality=70, method=6)
    print(f"{path}: {path.stat().st_size:,} bytes")
