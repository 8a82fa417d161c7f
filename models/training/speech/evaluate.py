"""Greedy CTC transcription of a split: error rates of words, characters and phones, the first two with bootstrap intervals."""
import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from dataset import Corpus, plain_batch
from model import MambaCTC
from pronunciations import SPACE, Pronunciations
from text import greedy_decode

BATCH_SECONDS = 240


@dataclass
class Pair:
    set: str
    utt: str
    reference: str
    hypothesis: str
    phones: str = ""


def edit_distance(reference: list[str] | str, hypothesis: list[str] | str) -> int:
    row = list(range(len(hypothesis) + 1))
    for i, wanted in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
    return row[-1]


def error_counts(pairs: list[Pair], unit=str.split) -> tuple[np.ndarray, np.ndarray]:
    """Errors and reference units of each utterance."""
    errors = [edit_distance(unit(p.reference), unit(p.hypothesis)) for p in pairs]
    return np.array(errors), np.array([len(unit(p.reference)) for p in pairs])


def word_error_rate(pairs: list[Pair]) -> float:
    errors, words = error_counts(pairs)
    return errors.sum() / words.sum()


def phone_error_counts(pairs: list[Pair], pronunciations: Pronunciations) -> tuple[np.ndarray, np.ndarray]:
    """Against the first way of each word."""
    return error_counts([Pair(p.set, p.utt, " ".join(s for s in pronunciations.said(p.reference) if s != SPACE), p.phones) for p in pairs])


def phone_error_rate(pairs: list[Pair], pronunciations: Pronunciations) -> float:
    errors, phones = phone_error_counts(pairs, pronunciations)
    return errors.sum() / phones.sum()


def bootstrap(errors: np.ndarray, units: np.ndarray, draws: int = 2000) -> tuple[float, float]:
    """95 % interval of the error rate, utterances drawn with replacement."""
    at = np.random.default_rng(0).integers(0, len(errors), (draws, len(errors)))
    low, high = np.percentile(errors[at].sum(1) / units[at].sum(1), [2.5, 97.5])
    return float(low), float(high)


@torch.inference_mode()
def transcribe(model: MambaCTC, corpus: Corpus, items: list[dict], pronunciations: Pronunciations | None = None) -> list[Pair]:
    """In float32, a few utterances at a time; with pronunciations the phones too."""
    model.eval()
    delay = 2 * model.config.delay
    pending = sorted(items, key=lambda item: item["frames"])
    pairs = []
    while pending:
        count = max(1, min(len(pending), int(BATCH_SECONDS * 100 / pending[-1]["frames"])))
        batch, pending = pending[-count:], pending[:-count]
        mel, frames = plain_batch(corpus, batch, model.config.delay)
        heads = [head.argmax(-1)[:, delay:].cpu() for head in model(mel.to(model.head.weight.device))]
        for row, item in enumerate(batch):
            letters, *phones = [head[row, : frames[row]].tolist() for head in heads]
            said = " ".join(pronunciations.decode(phones[0])) if phones and pronunciations else ""
            pairs.append(Pair(item["set"], item["utt"], item["text"], greedy_decode(letters), said))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="a .pt of train.py or an exported .safetensors")
    parser.add_argument("--split", default="dev", choices=["train", "dev", "test"])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one utterance in N")
    parser.add_argument("--pronunciations", type=Path, help="of pronounce.py, for the phone error rate")
    parser.add_argument("--show", type=int, default=0, help="print so many transcriptions of each set")
    args = parser.parse_args()
    torch.set_num_threads(1)

    from export import load_model
    corpus = Corpus(args.work)
    pronunciations = Pronunciations(args.pronunciations) if args.pronunciations else None
    pairs = transcribe(load_model(args.weights or args.work / "average.pt"), corpus, corpus.select(args.split)[:: args.every], pronunciations)
    for name in sorted({p.set for p in pairs}):
        chosen = [p for p in pairs if p.set == name]
        for label, unit in (("WER", str.split), ("CER", list)):
            errors, units = error_counts(chosen, unit)
            low, high = bootstrap(errors, units)
            print(f"{name} {args.split} {label} {errors.sum() / units.sum():.4f} [{low:.4f}, {high:.4f}] "
                  f"({len(chosen)} utterances, {units.sum()} units)")
        if pronunciations:
            print(f"{name} {args.split} PER {phone_error_rate(chosen, pronunciations):.4f}")
        for p in sorted(chosen, key=lambda p: p.utt)[: args.show]:
            print(f"  ref {p.reference}\n  hyp {p.hypothesis}")


if __name__ == "__main__":
    main()
