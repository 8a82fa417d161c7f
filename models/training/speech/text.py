"""The 29 output characters and the normalisation of transcripts."""
ALPHABET = " '" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # index 0 is the CTC blank, so these are 1..28
BLANK = 0
VOCABULARY = len(ALPHABET) + 1


def normalise(text: str) -> str | None:
    """Upper case, letters, apostrophes and single spaces; None for a text that would need reading rules."""
    if not text.isascii() or any(c.isdigit() for c in text):
        return None
    spaced = text.upper().replace("-", " ")
    return " ".join("".join(c for c in spaced if c in ALPHABET).split())


def encode(text: str) -> list[int]:
    return [ALPHABET.index(c) + 1 for c in text]


def greedy_decode(best: list[int]) -> str:
    """Best class per frame -> text: repeats merged, blanks dropped."""
    kept = [c for c, before in zip(best, [BLANK, *best]) if c != before and c != BLANK]
    return " ".join("".join(ALPHABET[c - 1] for c in kept).split())
