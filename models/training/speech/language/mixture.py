"""Linear interpolation of back-off models over one vocabulary, as one back-off model (Stolcke, 2002, "static interpolation")."""
import numpy as np

from counts import Order
from kneser_ney import Model, normalised
from perplexity import scores

STEPS = 30          # of expectation maximisation, after which the shares no longer move


def tuned_shares(models: list[Model], ids: dict[str, int], texts: list[list[str]]) -> np.ndarray:
    """The share of each model under which the texts are likeliest."""
    p = np.exp([scores(model, ids, texts) for model in models])
    shares = np.full(len(models), 1 / len(models))
    for _ in range(STEPS):
        weighted = shares[:, None] * p
        shares = (weighted / weighted.sum(0)).mean(1)
    return shares


def mix(models: list[Model], shares: np.ndarray) -> Model:
    """Holds all n-grams of all models: p = sum of share * p. The probability of an n-gram that a model lacks is what it backs off to."""
    words = models[0].words
    orders, probability, back_off = [], [], []
    place = [np.zeros(1, np.int64)] * len(models)         # of each model's contexts among the contexts of all
    score = [np.zeros(1)] * len(models)                   # ln p of each model for all n-grams of the order before
    for k in range(len(models[0].orders)):
        keys = [at[m.orders[k].prefix] * words + m.orders[k].word for m, at in zip(models, place)]
        all_keys = np.unique(np.concatenate(keys))
        contexts, last = all_keys // words, all_keys % words
        order = Order(contexts, last, np.zeros(len(last), np.int64), np.zeros(len(last)), np.zeros(len(last), bool))
        if k:
            order.suffix = last if k == 1 else orders[-1].find(orders[-1].suffix[contexts], last, words)
        for i, (model, share) in enumerate(zip(models, shares)):
            now = np.searchsorted(all_keys, keys[i])
            found = score[i][order.suffix] if k else np.zeros(len(last))
            if k:
                weight = np.zeros(len(orders[-1].word))
                weight[place[i]] = model.back_off[k - 1]
                found = found + weight[contexts]
            found[now] = model.probability[k]
            order.count[now] += share * model.orders[k].count / model.orders[0].count.sum()
            order.starts[now] |= model.orders[k].starts
            place[i], score[i] = now, found
        orders.append(order)
        probability.append(np.log(sum(share * np.exp(s) for share, s in zip(shares, score)).clip(1e-99)))
        if k:
            back_off.append(np.zeros(len(orders[-2].word)))
    return normalised(Model(orders, probability, back_off, words))
