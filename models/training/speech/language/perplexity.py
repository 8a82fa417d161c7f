"""Perplexity of texts under a model of `kneser_ney.py`, unknown words counted apart."""
import numpy as np

from counts import START, UNKNOWN
from kneser_ney import Model


def scores(model: Model, ids: dict[str, int], texts: list[list[str]]) -> np.ndarray:
    """ln p of each known word. Each text begins behind <s>."""
    word = np.array([i for text in texts for i in (START, *(ids.get(w, UNKNOWN) for w in text))])
    context = [np.zeros(len(word), np.int64)]                        # of 0, 1, ... words, that end before each position; -1: not listed
    ends = [np.zeros(len(word), np.int64), word]
    for k in range(2, len(model.orders) + 1):
        context.append(np.append(-1, ends[-1][:-1]))
        if k < len(model.orders):
            ends.append(np.where(word == START, -1, model.orders[k - 1].find(context[-1], word, model.words)))
    score = model.probability[0][word]
    for k in range(2, len(model.orders) + 1):
        listed = context[k - 1] >= 0
        score[listed] = model.score(k, context[k - 1][listed], word[listed])
    return score[(word != START) & (word != UNKNOWN)]


def perplexity(model: Model, ids: dict[str, int], texts: list[list[str]]) -> tuple[float, float]:
    """Of the known words, and the share of unknown ones."""
    known, total = scores(model, ids, texts), sum(map(len, texts))
    return float(np.exp(-known.mean())), 1 - len(known) / total
