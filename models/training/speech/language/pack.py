"""Writes language models as one safetensors file of small integers: codebooks of 256 values, words in 16 bits, tries as sorted arrays."""
import numpy as np

from kneser_ney import Model

CODES = 256


def quantised(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes and the codebook: means of equally filled bins, ascending."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, CODES + 1)[1:-1]))
    bins = np.searchsorted(edges, values, side="right")
    used, codes = np.unique(bins, return_inverse=True)
    book = np.bincount(codes, values) / np.bincount(codes)
    return codes.astype(np.uint8), np.resize(book, len(used)).astype(np.float32)


def tensors(name: str, model: Model) -> dict[str, np.ndarray]:
    """
    For each order k: `<name>.k.word` (k > 1; ascending within a context), `.probability` and, but for the longest, `.back_off` (codes and their
    `.values`) and `.children`: how many n-grams of order k + 1 begin with each, which follow in the same order.
    """
    found: dict[str, np.ndarray] = {}
    for k, order in enumerate(model.orders, 1):
        key = f"{name}.{k}"
        if k > 1:
            found[f"{key}.word"] = order.word.astype(np.uint8 if model.words <= 256 else np.uint16)
        found[f"{key}.probability"], found[f"{key}.probability.values"] = quantised(model.probability[k - 1])
        if k < len(model.orders):
            children = np.bincount(model.orders[k].prefix, minlength=len(order.word))
            assert children.max() < 65536 and model.words <= 65536
            found[f"{key}.children"] = children.astype(np.uint16)
            found[f"{key}.back_off"], found[f"{key}.back_off.values"] = quantised(model.back_off[k - 1])
    return found


def as_bytes(value: str) -> np.ndarray:
    return np.frombuffer(value.encode(), np.uint8).copy()
