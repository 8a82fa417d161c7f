"""The texts of the language model: sources, cleaning, and what is kept out of them."""
import re
import unicodedata
import zlib
from functools import cache
from pathlib import Path

from packages import member

OVERLAP = 5         # a sentence that shares so many words in a row with a held-out transcript is left out
SAME_BOOK = 8       # a text that shares so many words in a row with held-out transcripts ...
SHARED_AT_MOST = 2  # ... more often than this is left out whole: they were read from it
TITLES = {"MR": "Mister", "MRS": "Missus", "DR": "Doctor", "ST": "Saint", "MESSRS": "Messieurs"}
ELIDED = {"'TIS", "'TWAS", "'TWERE", "'TWILL", "'TWOULD", "'EM", "O'", "TH'", "I'", "'GAINST"}

Sentence = list[str]          # words as they are written, of letters and apostrophes
Passage = list[Sentence]      # sentences that follow each other
Texts = dict[str, dict[str, list[Passage]]]     # kind, such as prose -> title -> passages


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]


def lines(text: str) -> list[str]:
    return text.splitlines()


def running(text: str) -> list[str]:
    """Lines that go on in the next one, as a whole."""
    return [" ".join(text.split())]


TEXTS = {  # kind -> file of the text folder -> how it falls into passages
    "prose": {"ljspeech_sentences.txt": running, "harvard_sentences.txt": lines, "vctk_sentences.txt": lines},
    "facts": {"state_union.txt": paragraphs, "inaugural.txt": paragraphs},
    "verse": {"shakespeare.txt": running},
}


def sentences(passage: str) -> Passage:
    """Sentences with a digit or a foreign letter would need reading rules: they become a gap (an empty sentence)."""
    plain = unicodedata.normalize("NFKC", passage).translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2014: " ", 0x2013: " "})
    plain = re.sub(r"\b(Mr|Mrs|Dr|St|Messrs)\.", r"\1", re.sub(r"[-_]+", " ", plain))
    found = []
    for sentence in re.split(r"(?<=[.!?])['\")\]]*\s+|\"\s+(?=[A-Z])", plain):
        usable = sentence.isascii() and not re.search(r"[\d$%&@#]", sentence)
        found.append([w for token in sentence.split() if (w := word(token))] if usable else [])
    return found


@cache
def word(token: str) -> str:
    letters = re.sub(r"[^A-Za-z']", "", token)
    if letters.upper() not in ELIDED:
        letters = letters.strip("'")
    return TITLES.get(letters.upper(), letters)


def text_passages(folder: Path) -> Texts:
    read = lambda name, split: [sentences(p) for p in split((folder / name).read_text("utf-8", errors="replace"))]
    return {kind: {name: read(name, split) for name, split in files.items()} for kind, files in TEXTS.items()}


def austen(package: Path) -> list[Passage]:
    """Six novels in Debian's r-cran-janeaustenr: an R database of zlib streams, each a serialised vector of lines."""
    database = member(package, "/janeaustenr/data/Rdata.rdb")
    found, at = [], 0
    while at < len(database):
        inflate = zlib.decompressobj()
        serialised = inflate.decompress(database[at + 4 :])
        at = len(database) - len(inflate.unused_data)
        strings = re.finditer(rb"\x00\x04\x00\x09(....)", serialised, re.DOTALL)       # CHARSXP, then its length
        text = "\n".join(serialised[m.end() : m.end() + int.from_bytes(m[1], "big")].decode() for m in strings)
        found += [sentences(p) for p in paragraphs(text)]
    return found


def dictionary(package: Path) -> list[str]:
    """Words of Debian's wamerican-small (SCOWL), without possessives and abbreviations."""
    text = member(package, "/dict/american-english-small").decode()
    return [w for w in text.split() if re.fullmatch(r"[A-Za-z]+('(?!s$)[a-z]+)?", w) and not (len(w) > 1 and w.isupper()) and (len(w) > 1 or w in "aAIO")]


def transcripts(rows: list[dict], split: str) -> dict[str, list[Sentence]]:
    """Of one split of the recipe's manifest, by set. Their case says nothing."""
    found: dict[str, list[Sentence]] = {}
    for row in rows:
        if row["split"] == split:
            found.setdefault(row["set"], []).append(row["text"].split())
    return found


def windows(words: list[str], length: int = OVERLAP) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def shared(passages: list[Passage], held_out: set[tuple[str, ...]]) -> int:
    """How many windows of the passages are among the held-out ones, which are SAME_BOOK words long."""
    upper = ([w.upper() for s in passage for w in s] for passage in passages)
    return sum(len(windows(words, SAME_BOOK) & held_out) for words in upper)


def without(passages: list[Passage], held_out: set[tuple[str, ...]]) -> tuple[list[Passage], int]:
    """Passages with a gap for each sentence that shares a window with what is held out, also across two sentences; and how many went."""
    cleaned, removed = [], 0
    for passage in passages:
        words, owner = [], []
        for i, sentence in enumerate(passage):
            words += [w.upper() for w in sentence]
            owner += [i] * len(sentence)
        bad = {o for i in range(len(words) - OVERLAP + 1) if tuple(words[i : i + OVERLAP]) in held_out for o in owner[i : i + OVERLAP]}
        removed += len(bad)
        cleaned.append([[] if i in bad else sentence for i, sentence in enumerate(passage)])
    return cleaned, removed


def stretches(passage: Passage) -> list[Passage]:
    """Parts between gaps."""
    parts: list[Passage] = [[]]
    for sentence in passage:
        if sentence:
            parts[-1].append(sentence)
        elif parts[-1]:
            parts.append([])
    return [p for p in parts if p]
