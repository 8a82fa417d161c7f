"""Interpolated modified Kneser-Ney smoothing (Chen and Goodman, 1999) and entropy pruning (Stolcke, 1998) of the counts in `counts.py`."""
from dataclasses import dataclass

import numpy as np

from counts import START, Order


@dataclass
class Model:
    """Back-off form: ln p(word | prefix) where listed, else back_off(prefix) + ln p(word | prefix without its first word)."""
    orders: list[Order]
    probability: list[np.ndarray]      # of each n-gram of each order, natural logarithms
    back_off: list[np.ndarray]         # of each n-gram as a context; none of the longest
    words: int

    def score(self, order: int, context: np.ndarray, word: np.ndarray) -> np.ndarray:
        """ln p(word | context): `context` are indices in order `order` - 1 (0: the empty context)."""
        if order == 1:
            return self.probability[0][word]
        at = self.orders[order - 1].find(context, word, self.words)
        shorter = self.orders[order - 2].suffix[context] if order > 2 else np.zeros_like(context)
        return np.where(at >= 0, self.probability[order - 1][at], self.back_off[order - 2][context] + self.score(order - 1, shorter, word))


def estimate(orders: list[Order], words: int) -> Model:
    """Shorter n-grams count in how many contexts they end, longest ones and those behind <s> how often they were seen."""
    probability, back_off = [], []
    for k, order in enumerate(orders):
        seen = order.count
        if k + 1 < len(orders):
            contexts = np.bincount(orders[k + 1].suffix, minlength=len(seen)).astype(np.float64)
            seen = np.where(order.starts, order.count, contexts)
        if k == 0:
            seen = seen.copy()
            seen[START] = 0
        discount = discounts(seen)[np.minimum(seen, 3).astype(int)]
        groups = len(orders[k - 1].word) if k else 1
        total = np.bincount(order.prefix, seen, groups)
        mass = np.bincount(order.prefix, discount, groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            gamma = np.where(total > 0, mass / total, 1)
        lower = probability[k - 1] if k else np.log(np.where(np.arange(words) == START, 0, 1 / (words - 1)).clip(1e-99))
        share = (seen - discount) / np.maximum(total, 1e-99)[order.prefix]
        probability.append(np.log((share + gamma[order.prefix] * np.exp(lower[order.suffix if k else order.word])).clip(1e-99)))
        if k:
            back_off.append(np.log(gamma.clip(1e-99)))
    return Model(orders, probability, back_off, words)


def discounts(seen: np.ndarray) -> np.ndarray:
    """[0, D1, D2, D3+] from the counts of counts; of few n-grams, such as single letters, a usual guess."""
    n = np.bincount(np.minimum(seen, 5).astype(int), minlength=6).astype(np.float64)
    if n[1:5].min() == 0:
        return np.array([0.0, 0.5, 1.0, 1.5])
    y = n[1] / (n[1] + 2 * n[2])
    return np.array([0.0, *((i - (i + 1) * y * n[i + 1] / n[i]) for i in (1, 2, 3))]).clip(0, [0, 0.95, 1.9, 2.9])


def prune(model: Model, threshold: float) -> Model:
    """Drops n-grams whose loss raises the entropy by less than `threshold` (relative entropy, nats), longest first. What a longer one builds on stays: its prefix and its suffix."""
    orders, probability, back_off = list(model.orders), list(model.probability), list(model.back_off)
    total = model.orders[0].count.sum()
    for k in range(len(orders) - 1, 0, -1):
        order = orders[k]
        current = Model(orders, probability, back_off, model.words)
        p, lower = np.exp(probability[k]), np.exp(current.score(k, shorter(orders, k), order.word))
        groups = len(orders[k - 1].word)
        rest = (1 - np.bincount(order.prefix, p, groups)).clip(1e-9)[order.prefix]
        lower_rest = (1 - np.bincount(order.prefix, lower, groups)).clip(1e-9)[order.prefix]
        now = np.log(rest) - np.log(lower_rest)
        then = np.log(rest + p) - np.log(lower_rest + lower)
        seen = model.orders[k - 1].count[order.prefix] / total
        loss = -seen * (p * (np.log(lower) + then - np.log(p)) + rest * (then - now))
        keep = loss >= threshold
        if k + 1 < len(orders):
            keep[orders[k + 1].prefix] = True
            keep[orders[k + 1].suffix] = True
        drop(orders, probability, back_off, k, keep)
    return normalised(Model(orders, probability, back_off, model.words))


def drop(orders: list[Order], probability: list[np.ndarray], back_off: list[np.ndarray], k: int, keep: np.ndarray) -> None:
    """Takes the n-grams of order index `k` that are not kept out of the lists."""
    o = orders[k]
    orders[k] = Order(*(a[keep] for a in (o.prefix, o.word, o.suffix, o.count, o.starts)))
    probability[k] = probability[k][keep]
    if k < len(back_off):
        back_off[k] = back_off[k][keep]
        place, above = np.cumsum(keep) - 1, orders[k + 1]
        orders[k + 1] = Order(place[above.prefix], above.word, place[above.suffix], above.count, above.starts)


def normalised(model: Model) -> Model:
    """Back-off weights that make each context's probabilities sum to one again."""
    for k in range(1, len(model.orders)):
        order, groups = model.orders[k], len(model.orders[k - 1].word)
        lower = np.exp(model.score(k, shorter(model.orders, k), order.word))
        rest = (1 - np.bincount(order.prefix, np.exp(model.probability[k]), groups)).clip(1e-9)
        lower_rest = (1 - np.bincount(order.prefix, lower, groups)).clip(1e-9)
        used = np.bincount(order.prefix, minlength=groups) > 0
        model.back_off[k - 1] = np.where(used, np.log(rest) - np.log(lower_rest), 0.0)
    return model


def shorter(orders: list[Order], k: int) -> np.ndarray:
    """The context of each n-gram of order index `k` without its first word, in order index `k` - 2."""
    return orders[k - 1].suffix[orders[k].prefix] if k > 1 else np.zeros_like(orders[k].prefix)
