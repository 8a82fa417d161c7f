"""How words are said: a text file of lines `WORD<tab>dh ax|dh iy`, the ways of a word, most usual first, as phones. Written by language/pronounce.py."""
from pathlib import Path

import numpy as np

SPACE = " "        # between words: class 1; the phones follow from 2 on, the blank is 0


class Pronunciations:
    def __init__(self, file: Path):
        rows = (line.split("\t") for line in file.read_text().splitlines())
        self.ways = {word: [way.split() for way in ways.split("|")] for word, ways in rows}
        self.phones = sorted({phone for ways in self.ways.values() for way in ways for phone in way})
        self.class_of = {symbol: i for i, symbol in enumerate([SPACE, *self.phones], 1)}

    @property
    def classes(self) -> int:
        """The blank included."""
        return len(self.class_of) + 1

    def said(self, text: str, rng: np.random.Generator | None = None) -> list[str]:
        """Phones, with spaces between words; each word in one of its ways by chance, or in the first."""
        symbols: list[str] = []
        for word in text.split():
            ways = self.ways[word]
            symbols += [SPACE, *ways[rng.integers(len(ways)) if rng else 0]]
        return symbols[1:]

    def encode(self, text: str, rng: np.random.Generator) -> list[int]:
        return [self.class_of[symbol] for symbol in self.said(text, rng)]

    def decode(self, best: list[int]) -> list[str]:
        """Best class of each frame -> phones, without the spaces."""
        kept = [c for c, before in zip(best, [0, *best]) if c != before]
        return [self.phones[c - 2] for c in kept if c > 1]
