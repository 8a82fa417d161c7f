"""Counts of word sequences, as arrays: an n-gram of order k is (index of its first k-1 words among the n-grams of order k-1, last word)."""
from dataclasses import dataclass

import numpy as np

START = 0           # <s>, stands before a sentence, never predicted
UNKNOWN = 1         # <unk>, any word out of the vocabulary


@dataclass
class Order:
    """The n-grams of one length, sorted by (prefix, word)."""
    prefix: np.ndarray      # index in the order below
    word: np.ndarray
    suffix: np.ndarray      # index in the order below of the n-gram without its first word
    count: np.ndarray       # how often it was seen
    starts: np.ndarray      # whether its first word is <s>

    def find(self, prefix: np.ndarray, word: np.ndarray, words: int) -> np.ndarray:
        """Indices of (prefix, word), -1 where there is none."""
        keys = self.prefix.astype(np.int64) * words + self.word
        wanted = prefix.astype(np.int64) * words + word
        at = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
        return np.where((prefix >= 0) & (keys[at] == wanted), at, -1)


def count(sequences: list[np.ndarray], sentence_starts: list[np.ndarray], words: int, longest: int) -> list[Order]:
    """
    sequences: ids of running text, in which contexts cross the ends of sentences, since a recogniser sees no full stops.
    sentence_starts: positions in each at which a sentence begins: its first words are counted behind <s>, too.
    """
    text = np.concatenate([np.append(s, -1) for s in sequences])              # -1: nothing crosses here
    offset = np.cumsum([0, *(len(s) + 1 for s in sequences[:-1])])
    heads = np.concatenate([o + s for o, s in zip(offset, sentence_starts)])

    orders = [unigrams(text, words)]
    at = np.where(text >= 0, text, -1)                                        # index of the n-gram that ends at each position
    head = np.full(len(heads), START)                                         # ... that begins with <s> at each sentence's start
    for k in range(2, longest + 1):
        last, before = orders[-1], np.append(-1, at[:-1])
        inner = (before >= 0) & (text >= 0)
        end = heads + k - 2                                                   # position of the k-th word, <s> being the first
        inside = (end < len(text)) & (head >= 0)
        ends = text[np.where(inside, end, 0)]
        inside &= ends >= 0
        prefix = np.concatenate([before[inner], head[inside]])
        keys, inverse, seen = np.unique(prefix.astype(np.int64) * words + np.concatenate([text[inner], ends[inside]]), return_inverse=True, return_counts=True)
        order = Order((keys // words).astype(np.int64), (keys % words).astype(np.int64), np.empty(0, np.int64), seen.astype(np.float64), np.empty(0, bool))
        order.suffix = order.word.copy() if k == 2 else last.find(last.suffix[order.prefix], order.word, words)
        order.starts = order.prefix == START if k == 2 else last.starts[order.prefix]
        at = np.full(len(text), -1)
        at[inner] = inverse[: inner.sum()]
        head = np.full(len(heads), -1)
        head[inside] = inverse[inner.sum() :]
        orders.append(order)
    return orders


def unigrams(text: np.ndarray, words: int) -> Order:
    seen = np.bincount(text[text >= 0], minlength=words).astype(np.float64)
    each = np.arange(words)
    return Order(np.zeros(words, np.int64), each, np.zeros(words, np.int64), seen, each == START)
