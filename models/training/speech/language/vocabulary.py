"""Which words the model knows, and how each is written where no sentence begins."""
from collections import Counter

from texts import Texts

ALWAYS_CAPITAL = 0.8        # a word is a name where so large a share of its occurrences within sentences is capital
VERSE = {"verse", "quotations"}     # kinds of texts where capitals begin lines, and tell nothing
FAR = {"scripture", "quotations"}   # kinds whose words must be seen LEAST_FAR times, those of others LEAST times
LEAST, LEAST_FAR = 2, 3


def vocabulary(texts: Texts, spoken: list[list[str]], dictionary: list[str]) -> list[str]:
    """Sorted, in capitals: what the texts hold often enough, all that was spoken, and the dictionary."""
    near, far = Counter(), Counter()
    for kind, titles in texts.items():
        (far if kind in FAR else near).update(w.upper() for passages in titles.values() for p in passages for s in p for w in s)
    seen = {w for w, n in near.items() if n >= LEAST} | {w for w, n in (near + far).items() if n >= LEAST_FAR}
    return sorted(seen | {w for s in spoken for w in s} | {w.upper() for w in dictionary})


def written(words: list[str], texts: Texts, dictionary: list[str]) -> list[str]:
    """The usual form of each word: London, the, I'm."""
    forms: dict[str, Counter] = {}
    for passages in (passages for kind, titles in texts.items() if kind not in VERSE for passages in titles.values()):
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
