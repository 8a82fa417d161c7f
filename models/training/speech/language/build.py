"""The language model of speech-en from texts and training transcripts: `python build.py --speech DIR --texts DIR --packages DIR`."""
import argparse
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from books import LEFT_OUT, books
from counts import START, UNKNOWN, count
from kneser_ney import Model, estimate, prune
from mixture import mix, tuned_shares
from pack import as_bytes, tensors
from perplexity import perplexity
from prepare import read_manifest
from text import normalise
from texts import OVERLAP, SAME_BOOK, SHARED_AT_MOST, Passage, Sentence, Texts, austen, dictionary, shared, stretches, text_passages, transcripts, windows, without
from vocabulary import vocabulary, written

OUT = HERE.parents[2] / "bundled" / "speech-en" / "language.safetensors"
READ = "librispeech"        # sets of dev whose transcripts the shares of the models are tuned on
JFK = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"        # jfk.wav
ASSETS = HERE.parents[3] / "assets"
LETTERS = " 'ABCDEFGHIJKLMNOPQRSTUVWXYZ"        # of the spelling model: ids from 1, the space ends a word; 0 begins one


def demo_transcripts() -> list[list[str]]:
    return [normalise(text).split() for text in (JFK, *(file.read_text() for file in ASSETS.glob("*.txt")))]


def kept(texts: Texts, held_out: list[Sentence], demo: list[Sentence]) -> Texts:
    """The texts without what is held out or in the demo; prints what was decided on each."""
    near, same = {w for said in held_out + demo for w in windows(said)}, {w for said in held_out for w in windows(said, SAME_BOOK)}
    found: Texts = {}
    for kind, titles in texts.items():
        for title, passages in titles.items():
            times = shared(passages, same)
            why = LEFT_OUT.get(title) or (f"shares {times} times {SAME_BOOK} words with held-out transcripts" if times > SHARED_AT_MOST else None)
            if why:
                print(f"{title}: left out, {why}")
                continue
            found.setdefault(kind, {})[title], removed = without(passages, near)
            print(f"{title} ({kind}): {sum(len(s) for p in found[kind][title] for s in p)} words; {removed} sentences left out for {OVERLAP} words shared with held-out transcripts")
    return found


def word_model(passages: list[Passage], ids: dict[str, int], order: int) -> Model:
    parts = [part for passage in passages for part in stretches(passage)]
    sequences = [np.array([ids.get(w.upper(), UNKNOWN) for s in part for w in s]) for part in parts]
    starts = [np.cumsum([0, *map(len, part[:-1])]) for part in parts]
    return estimate(count(sequences, starts, len(ids), order), len(ids))


def spelling_model(words: list[str], order: int) -> Model:
    """Of the letters of words that are not in the vocabulary, learnt from those that are."""
    sequences = [np.array([LETTERS.index(c) + 1 for c in w + " "]) for w in words if set(w) <= set(LETTERS)]
    return estimate(count(sequences, [np.zeros(1, int)] * len(sequences), len(LETTERS) + 1, order), len(LETTERS) + 1)


def perplexities(model: Model, ids: dict[str, int], rows: list[dict]) -> dict[str, str]:
    return {name: "perplexity %.0f, unknown %.3f" % perplexity(model, ids, said) for name, said in transcripts(rows, "dev").items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="folder with manifest.tsv")
    parser.add_argument("--texts", type=Path, required=True, help="folder with the texts")
    parser.add_argument("--packages", type=Path, required=True, help="folder with the packages that the README lists")
    parser.add_argument("--order", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=1.05e-7, help="of the pruning: entropy that losing an n-gram may cost")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    package = lambda name: next(args.packages.glob(f"{name}_*.deb"))

    rows = read_manifest(args.speech)
    spoken, dev, test = ([s for said in transcripts(rows, split).values() for s in said] for split in ("train", "dev", "test"))
    texts = text_passages(args.texts)
    for kind, titles in books(args.packages).items():
        texts.setdefault(kind, {}).update(titles)
    texts["prose"]["six novels by Jane Austen"] = austen(package("r-cran-janeaustenr"))
    texts = kept(texts, dev + test, demo_transcripts())

    listed = dictionary(package("wamerican-small"))
    words = vocabulary(texts, spoken, listed)
    ids = {w: i for i, w in enumerate(["<s>", "<unk>", *words])}
    assert (ids["<s>"], ids["<unk>"]) == (START, UNKNOWN)
    models = {kind: word_model([p for passages in titles.values() for p in passages] + [[s] for s in spoken if kind == "prose"], ids, args.order) for kind, titles in texts.items()}
    models["spoken"] = word_model([[s] for s in spoken], ids, args.order)
    read = [s for name, said in transcripts(rows, "dev").items() if name.startswith(READ) for s in said]
    shares = tuned_shares(list(models.values()), ids, read)
    for (kind, model), share in zip(models.items(), shares):
        print(f"{kind}: share {share:.3f},", perplexities(model, ids, rows))
    full = mix(list(models.values()), shares)
    pruned = prune(full, args.threshold)
    spelling = prune(spelling_model(words, 5), 3e-6)
    for name, model in (("all", full), ("pruned", pruned)):
        print(name, [len(o.word) for o in model.orders], perplexities(model, ids, rows))
    print("spelling", [len(o.word) for o in spelling.orders])

    forms = written(words, texts, listed)
    parts = {"words": as_bytes("\n".join(["<s>", "<unk>", *forms])), "letters": as_bytes(LETTERS), **tensors("word", pruned), **tensors("letter", spelling)}
    save_file(parts, args.out)
    print(f"{args.out}: {len(words)} words, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
