"""Which words the model knows, and how each is written where no sentence begins."""
from collections import Counter

from texts import Passage

ALWAYS_CAPITAL = 0.8        # a word is a name where so large a share of its occurrences within sentences is capital
UNTOLD = {"shakespeare.txt"}        # verse: capitals begin lines there


def vocabulary(texts: dict[str, list[Passage]], spoken: list[list[str]], dictionary: list[str]) -> list[str]:
    """Sorted, in capitals: what the texts hold twice, or once if the dictionary has it, all that was spoken, and the dictionary."""
    counts = Counter(w.upper() for passages in texts.values() for p in passages for s in p for w in s)
    said = {w for s in spoken for w in s}
    known = {w.upper() for w in dictionary}
    return sorted({w for w, n in counts.items() if n > 1} | known | said)


def written(words: list[str], texts: dict[str, list[Passage]], dictionary: list[str]) -> list[str]:
    """The usual form of each word: London, the, I'm."""
    forms: dict[str, Counter] = {}
    for name, passages in texts.items():
        if name in UNTOLD:
            continue
        for sentence in (s for p in passages for s in p if not all(w.isupper() for w in s)):
            for w in sentence[1:]:
                forms.setdefault(w.upper(), Counter())[w] += 1
    listed: dict[str, str] = {}
    for w in sorted(dictionary, reverse=True):        # lower case last, so that it wins: will before Will
        listed[w.upper()] = w
    return [usual(w, forms.get(w, Counter()), listed.get(w)) for w in words]


def usual(word: str, forms: Counter, listed: str | None) -> str:
    lower = word.lower()
    capital = sum(n for form, n in forms.items() if form != lower)
    if word == "I" or word.startswith("I'"):
        return "I" + lower[1:]
    if len(word) == 1:
        return lower if word == "A" else word
    if capital and capital >= ALWAYS_CAPITAL * forms.total() and (forms.total() > 1 or listed != lower):
        shapes = [(n, form) for form, n in forms.items() if form != lower and not form.isupper()]
        return max(shapes)[1] if shapes else listed or lower.capitalize()
    return lower if forms or listed is None else listed
