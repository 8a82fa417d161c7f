"""Scores sentences with a language model file by looking n-grams up in plain tables: the golden of the application's reader."""
import argparse
import json
from pathlib import Path

from safetensors.numpy import load_file

SENTENCES = [
    "HE WENT TO THE HOUSE OF HER MOTHER IN LONDON",
    "THE KING SAID NOTHING",
    "RUBOUT G M E F THREE NINE",
    "A ZORBLIAN QUESTION",
    "THE THE OF OF",
]


def tables(tensors: dict, name: str) -> list[dict[tuple[int, ...], tuple[float, float]]]:
    """For each order: words -> (ln p of the last behind the others, back-off weight of all as a context)."""
    found, keys, k = [], [()], 1
    while f"{name}.{k}.probability" in tensors:
        part = lambda what: tensors[f"{name}.{k}.{what}.values"][tensors[f"{name}.{k}.{what}"]]
        p = part("probability")
        last = tensors.get(f"{name}.{k}.word", range(len(p)))
        grams = [(*context, int(w)) for context, w in zip(keys, last)] if k > 1 else [(w,) for w in last]
        more = f"{name}.{k}.children" in tensors
        weights = part("back_off") if more else [0.0] * len(p)
        found.append({g: (float(a), float(b)) for g, a, b in zip(grams, p, weights)})
        keys = [g for g, n in zip(grams, tensors[f"{name}.{k}.children"]) for _ in range(n)] if more else []
        k += 1
    return found


def score(orders: list[dict], context: tuple[int, ...], word: int) -> float:
    context = context[max(0, len(context) - len(orders) + 1) :]
    if (*context, word) in orders[len(context)]:
        return orders[len(context)][(*context, word)][0]
    return orders[len(context) - 1].get(context, (0, 0.0))[1] + score(orders, context[1:], word)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tensors = load_file(args.model)
    ids = {w.upper(): i for i, w in reversed(list(enumerate(bytes(tensors["words"]).decode().split("\n"))))}
    letters = bytes(tensors["letters"]).decode()
    words, spelling = tables(tensors, "word"), tables(tensors, "letter")
    golden = []
    for sentence in SENTENCES:
        said, scores = [0, *(ids.get(w, 1) for w in sentence.split())], []
        for i, w in enumerate(sentence.split(), 1):
            spelled = [0, *(letters.index(c) + 1 for c in w + " ")]
            unknown = sum(score(spelling, tuple(spelled[:j]), spelled[j]) for j in range(1, len(spelled))) if said[i] == 1 else 0.0
            scores.append(score(words, tuple(said[:i]), said[i]) + unknown)
        golden.append({"text": sentence, "scores": scores})
    args.out.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
