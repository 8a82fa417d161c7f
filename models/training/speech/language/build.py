"""The language model of speech-en from texts and training transcripts: `python build.py --speech DIR --texts DIR --packages DIR`."""
import argparse
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from counts import START, UNKNOWN, count
from kneser_ney import Model, estimate, prune
from pack import as_bytes, tensors
from perplexity import perplexity
from prepare import read_manifest
from text import normalise
from texts import austen, dictionary, stretches, text_passages, transcripts, windows, without
from vocabulary import vocabulary, written

OUT = HERE.parents[2] / "bundled" / "speech-en" / "language.safetensors"
JFK = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"        # jfk.wav
ASSETS = HERE.parents[3] / "assets"
LETTERS = " 'ABCDEFGHIJKLMNOPQRSTUVWXYZ"        # of the spelling model: ids from 1, the space ends a word; 0 begins one


def demo_transcripts() -> list[list[str]]:
    return [normalise(text).split() for text in (JFK, *(file.read_text() for file in ASSETS.glob("*.txt")))]


def word_model(passages: list, ids: dict[str, int], order: int) -> Model:
    parts = [part for passage in passages for part in stretches(passage)]
    sequences = [np.array([ids.get(w.upper(), UNKNOWN) for s in part for w in s]) for part in parts]
    starts = [np.cumsum([0, *map(len, part[:-1])]) for part in parts]
    return estimate(count(sequences, starts, len(ids), order), len(ids))


def spelling_model(words: list[str], order: int) -> Model:
    """Of the letters of words that are not in the vocabulary, learnt from those that are."""
    sequences = [np.array([LETTERS.index(c) + 1 for c in w + " "]) for w in words if set(w) <= set(LETTERS)]
    return estimate(count(sequences, [np.zeros(1, int)] * len(sequences), len(LETTERS) + 1, order), len(LETTERS) + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="folder with manifest.tsv")
    parser.add_argument("--texts", type=Path, required=True, help="folder with the texts")
    parser.add_argument("--packages", type=Path, required=True, help="folder with r-cran-janeaustenr_*.deb and wamerican-small_*.deb")
    parser.add_argument("--order", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=2e-7, help="of the pruning: entropy that losing an n-gram may cost")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    package = lambda name: next(args.packages.glob(f"{name}_*.deb"))

    rows = read_manifest(args.speech)
    texts = {**text_passages(args.texts), "austen": austen(package("r-cran-janeaustenr"))}
    held_out = {w for said in demo_transcripts() for w in windows(said)}
    for split in ("dev", "test"):
        held_out |= {w for said in transcripts(rows, split).values() for s in said for w in windows(s)}
    for name, passages in texts.items():
        texts[name], removed = without(passages, held_out)
        print(f"{name}: {sum(len(s) for p in texts[name] for s in p)} words, {removed} sentences left out for {len(held_out)} held-out 5-grams")

    spoken = [s for said in transcripts(rows, "train").values() for s in said]
    listed = dictionary(package("wamerican-small"))
    words = vocabulary(texts, spoken, listed)
    ids = {w: i for i, w in enumerate(["<s>", "<unk>", *words])}
    assert (ids["<s>"], ids["<unk>"]) == (START, UNKNOWN)
    full = word_model([p for passages in texts.values() for p in passages] + [[s] for s in spoken], ids, args.order)
    pruned = prune(full, args.threshold)
    spelling = prune(spelling_model(words, 5), 3e-6)
    for name, model in (("all", full), ("pruned", pruned)):
        print(name, [len(o.word) for o in model.orders], {k: "perplexity %.0f, unknown %.3f" % perplexity(model, ids, said) for k, said in transcripts(rows, "dev").items()})
    print("spelling", [len(o.word) for o in spelling.orders])

    forms = written(words, texts, listed)
    parts = {"words": as_bytes("\n".join(["<s>", "<unk>", *forms])), "letters": as_bytes(LETTERS), **tensors("word", pruned), **tensors("letter", spelling)}
    save_file(parts, args.out)
    print(f"{args.out}: {len(words)} words, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
